// What a child finds: its environment and its descriptors, by protocol. Called by launch.ts; opens and closes nothing.

import type { Fd } from '../os/os.ts';
import * as environment from '../protocol/environment.ts';
import type { Prepared } from './launch.ts';
import type { Master } from './master.ts';
import { isService, type Owner } from './owner.ts';
import type { Service } from './service.ts';
import type { CommandSpec } from './spec.ts';
import type { Channel } from './worker.ts';

/** Its descriptors by position: protocol/fds.ts gives the numbers. `connection`: an inetd-style service's. */
export function descriptorsOf(owner: Owner, prepared: Prepared, connection: Fd | undefined): (Fd | 'null')[] {
  const { childEnds, childChannel } = prepared;
  if (connection !== undefined) return [connection, connection, childEnds.at(-1) ?? 'null'];
  const standard = ['null' as const, childEnds.at(-2) ?? 'null', childEnds.at(-1) ?? 'null'] as const;
  const listener = isService(owner) ? owner.listener?.fd : undefined;
  const own = [childChannel, listener].filter((fd) => fd !== undefined);
  return [...standard, ...own];
}

/**
 * NAME=value: what the master has inherited, what the protocol says, and last what the entry's env= says. Made once per
 * entry: copying and joining it anew took a seventh of the supervisor's time in a storm (adr/0007).
 */
export function environmentOf(
  master: Master,
  owner: Owner,
  command: CommandSpec,
  channel: Channel,
): readonly string[] {
  // A reload brings new specifications, and with them new environments.
  const entry = isService(owner) ? (owner.spec ?? owner.daemon) : owner.spec;
  let lines = entry && master.environments.get(entry);
  if (!lines) {
    lines = linesOf(master, owner, command);
    if (entry) master.environments.set(entry, lines);
  }
  const { NOTIFY_SOCKET } = environment;
  if (channel.kind !== 'notify' || Object.hasOwn(command.environment, NOTIFY_SOCKET)) return lines;
  return [...lines, `${NOTIFY_SOCKET}=${channel.path}`];
}

function linesOf(master: Master, owner: Owner, command: CommandSpec): readonly string[] {
  const variables: Record<string, string> = { ...master.options.environment };
  for (const name of environment.NEVER_INHERITED) delete variables[name];
  variables[environment.PREFORKD_MASTER_PID] = String(master.options.masterPid);
  if (isService(owner)) Object.assign(variables, protocolVariables(owner));
  Object.assign(variables, command.environment);
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

function protocolVariables(service: Service): Record<string, string> {
  const { spec } = service;
  if (!spec) return { [environment.CYRUS_ISDAEMON]: '1', [environment.CYRUS_SERVICE]: service.name };
  if (service.protocol === 'cyrus') {
    return {
      [environment.CYRUS_SERVICE]: spec.name,
      [environment.CYRUS_ID]: String(spec.index),
      [environment.PREFORKD_BACKLOG]: String(spec.backlog),
      [environment.PREFORKD_CLIENT_LIMIT]: String(spec.clientlimit),
      [environment.PREFORKD_QUEUE_WAIT]: '1',
    };
  }
  if (service.protocol !== 'systemd') return {};
  return {
    [environment.LISTEN_FDS]: '1',
    [environment.LISTEN_FDNAMES]: spec.name,
    ...(spec.watchdogMs > 0 ? { [environment.WATCHDOG_USEC]: String(spec.watchdogMs * 1000) } : {}),
  };
}

// What administrators and Cyrus's own tools read of a master: the system's log in the words of Cyrus's master, the
// registry of processes for `cyr_info proc`, and in the file of -L what workers print. Where PREFORKD_CONFIG says how or
// where to log, our JSON lines go there instead of the system's log: containers have none. Made by master.ts.

import { closeSync, constants, fchownSync, openSync, writeSync } from 'node:fs';
import type { Fact } from '../core/facts.ts';
import type { CommandSpec, MasterSpec } from '../core/spec.ts';
import type { User } from '../os/os.ts';
import { createProcessRegistry } from '../plane/cyrus-processes.ts';
import { createCyrusLog } from '../plane/logs/cyrus-log.ts';
import type { CyrusPart } from '../plane/parts.ts';
import type { Order } from './order.ts';
import { openSystemLog, SYSLOG_SOCKET } from './system-log.ts';

const FILE_MODE = 0o640;

export interface Voice {
  readonly part: CyrusPart;
  /** In the system's log; nothing where JSON lines are written instead. */
  warn(text: string): void;
  /** The same, of what ends the master. */
  refuse(text: string): void;
  /** A last word, and nothing is left of anybody in the registry. */
  close(): Promise<void>;
}

export interface VoiceInput {
  readonly order: Order;
  readonly environment: NodeJS.ProcessEnv;
  /** Who will write into the files that are made here. */
  readonly becomes: User | undefined;
  /** JSON lines, wherever the configuration has them. */
  readonly ownLog: boolean;
  /** What runs now: the latest configuration. */
  specification(): MasterSpec | undefined;
  /** What goes wrong here, for who started the master too. */
  warn(text: string): void;
}

const SILENT: Pick<Voice, 'warn' | 'refuse'> = { warn: () => {}, refuse: () => {} };

export function createVoice(input: VoiceInput): Voice {
  const { order, environment, ownLog } = input;
  const registry = createProcessRegistry(order.settings.procPath, (reason) =>
    input.warn(`the registry of processes cannot be kept: ${reason}`),
  );
  const print = printer(order);
  const learn = (fact: Fact) => {
    if (fact.kind === 'master-started') registry.clear();
    registry.learn(fact);
    if (fact.kind === 'output' && !ownLog) print(fact.line);
  };
  if (ownLog)
    return { ...SILENT, part: { log: undefined, learn, metrics: true }, close: async () => registry.clear() };
  const file = environment.CYRUS_SYSLOG_FILE || undefined;
  if (file !== undefined) makeFile(file, input.becomes);
  const syslog = openSystemLog(order.settings, file);
  const log = createCyrusLog({
    ...syslog.sender,
    send: syslog.send,
    programOf: (_owner, service) => programOf(input.specification(), service),
  });
  return {
    part: { log, learn, metrics: true, syslog: { ...syslog, path: SYSLOG_SOCKET } },
    warn: syslog.warn,
    refuse: syslog.refuse,
    close: () => {
      registry.clear();
      return syslog.finish();
    },
  };
}

/** Workers of Cyrus's master have -L as their stdout and stderr. */
function printer({ logfile }: Order): (line: string) => void {
  // Now, while we may. What cannot be opened is refused by the plane, whose destination it is.
  const fd = logfile === undefined ? undefined : openOrNot(logfile);
  return (line) => {
    if (fd === undefined) return;
    try {
      writeSync(fd, `${line}\n`);
    } catch {
      // The disk is full: no reason to stop.
    }
  };
}

function openOrNot(path: string): number | undefined {
  try {
    return openSync(path, 'a', FILE_MODE);
  } catch {
    return undefined;
  }
}

/** Root makes it, and another user will open it for each line. One that is there already belongs to somebody. */
function makeFile(path: string, owner: User | undefined): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  try {
    const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
    if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid);
    closeSync(fd);
  } catch {
    // It is there, or cannot be made: then the lines that are lost are counted.
  }
}

function programOf(spec: MasterSpec | undefined, service: string): string | undefined {
  const entries: readonly { readonly name: string; readonly command: CommandSpec }[] =
    spec === undefined ? [] : [...spec.services, ...spec.daemons, ...spec.events, ...spec.start];
  return entries.find(({ name }) => name === service)?.command.program;
}

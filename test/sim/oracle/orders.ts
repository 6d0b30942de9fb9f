// What the operator has ordered, mirrored: the units in force after each command that the core has taken, and the
// answer that each command deserves (answers.ts holds the core's against it). The core is not asked.

import type { Command } from '../../../src/core/commands.ts';
import type { CommandSpec, MasterSpec } from '../../../src/core/spec.ts';
import {
  addressKey,
  daemonSpecOf,
  type Entry,
  eventSpecOf,
  isCyrus,
  serviceSpecOf,
  type Truth,
  turnBeganAt,
  type Unit,
} from './truth.ts';
import { createUnit, identityOf, idOf, kindOf, rateOf, startlimitMsOf, stoplimitMsOf } from './units.ts';

/** `later`: at the end of the stop. `either`: what it is about may have come and gone in the same turn. */
export type Deserved = 'ok' | 'refused' | 'later' | 'either';

/** The units of a configuration with which the master begins. */
export function begin(truth: Truth): void {
  for (const entry of entriesOf(truth.spec)) enter(truth, entry, 0);
}

/** Applies a command and says what answer it deserves. */
export function order(truth: Truth, command: Command): Deserved {
  if (command.kind === 'reload') return reload(truth, command.spec);
  if (command.kind === 'shutdown') return shutDown(truth, command.force === true);
  if (command.kind === 'pause' || command.kind === 'resume')
    return setPaused(truth, command.service, command.kind === 'pause');
  if (command.kind === 'scale') return scale(truth, command);
  if (command.kind === 'tune') truth.quiet = new Set(command.quiet);
  return command.kind === 'retire' ? 'either' : 'ok';
}

function entriesOf(spec: MasterSpec): readonly Entry[] {
  return [...spec.start, ...spec.services, ...spec.daemons, ...spec.events];
}

function enter(truth: Truth, entry: Entry, bornAt: number): void {
  const unit = cameBack(truth, entry, bornAt) ?? createUnit(entry, bornAt);
  truth.units.set(unit.id, unit);
  const key = 'listen' in entry ? addressKey(entry.address) : undefined;
  // Two may be configured for one address: the first has it for as long as it is there.
  if (key !== undefined && !truth.byAddress.has(key)) truth.byAddress.set(key, unit);
  if (key !== undefined) truth.deserted.delete(key);
}

/** An event that was taken out while it ran, and is in again, is the same one. */
function cameBack({ running }: Truth, entry: Entry, bornAt: number): Unit | undefined {
  const [child] = running.get(idOf(entry)) ?? [];
  if (child === undefined || !('trigger' in entry)) return undefined;
  const { unit } = child;
  unit.entry = entry;
  unit.removed = false;
  changeStoplimit(unit);
  beginSchedule(unit, bornAt);
  return unit;
}

/**
 * Workers of protocol `cyrus` start afresh at every reload, all others when their command has changed; what serves a
 * connection that it was handed keeps it (docs, "A worker's end").
 */
function renew(unit: Unit, entry: Entry): void {
  const protocol = serviceSpecOf(unit)?.protocol;
  if (unit.kind === 'event' || unit.kind === 'start' || protocol === 'inetd') return;
  if (protocol !== 'cyrus' && sameCommand(unit.entry.command, entry.command)) return;
  for (const child of unit.unreaped) child.mustGo = true;
}

function sameCommand(one: CommandSpec, other: CommandSpec): boolean {
  const same = (first: readonly string[], second: readonly string[]) =>
    first.length === second.length && first.every((word, index) => word === second[index]);
  const variables = ({ environment }: CommandSpec) => Object.entries(environment).flat();
  return (
    one.path === other.path &&
    one.cwd === other.cwd &&
    same(one.argv, other.argv) &&
    same(variables(one), variables(other))
  );
}

function leave(truth: Truth, unit: Unit): void {
  unit.removed = true;
  unit.queuedRuns = 0;
  unit.retryAt = undefined;
  const handsOver = serviceSpecOf(unit)?.protocol === 'inetd';
  if (unit.kind !== 'event' && !handsOver) for (const child of unit.unreaped) child.mustGo = true;
  truth.units.delete(unit.id);
  const service = serviceSpecOf(unit);
  if (!service) return;
  const key = addressKey(service.address);
  if (truth.byAddress.get(key) !== unit) return;
  truth.byAddress.delete(key);
  if (isCyrus(unit)) truth.deserted.set(key, unit);
  const heir = [...truth.units.values()].find((other) => {
    const spec = serviceSpecOf(other);
    return spec !== undefined && addressKey(spec.address) === key;
  });
  if (heir !== undefined) truth.byAddress.set(key, heir);
}

/** CYRUS.md, "Reload": the same name, listen and proto is the same service. START does not rerun. */
function reload(truth: Truth, spec: MasterSpec): Deserved {
  if (truth.phase !== 'running' || truth.stop) return 'refused';
  truth.spec = spec;
  const wanted = new Map<string, Entry>();
  for (const entry of entriesOf(spec)) if (kindOf(entry) !== 'start') wanted.set(idOf(entry), entry);
  for (const unit of [...truth.units.values()]) {
    const entry = wanted.get(unit.id);
    if (unit.kind === 'start' || (entry && identityOf(entry) === unit.identity)) continue;
    leave(truth, unit);
  }
  for (const entry of wanted.values()) {
    const unit = truth.units.get(idOf(entry));
    if (unit === undefined) enter(truth, entry, turnBeganAt(truth));
    else keep(truth, unit, entry);
  }
  return 'ok';
}

function keep(truth: Truth, unit: Unit, entry: Entry): void {
  const before = unit.entry;
  renew(unit, entry);
  unit.entry = entry;
  unit.streak.failures = 0;
  changeStoplimit(unit);
  unit.startlimitLeastMs = Math.min(unit.startlimitLeastMs, startlimitMsOf(entry));
  const service = serviceSpecOf(unit);
  if (service) {
    unit.limits.prefork = service.prefork;
    unit.limits.maxchild = service.maxchild;
  }
  if (rateOf(before) !== rateOf(entry)) {
    unit.forks = [];
    unit.rateChangedAt = truth.kernel.now();
  }
  const event = eventSpecOf(unit);
  if (event?.overlap !== 'queue') unit.queuedRuns = 0;
  if (event && 'trigger' in before && JSON.stringify(before.trigger) !== JSON.stringify(event.trigger)) {
    beginSchedule(unit, turnBeganAt(truth));
  }
}

function beginSchedule(unit: Unit, at: number): void {
  unit.bornAt = at;
  unit.runs = 0;
  unit.occurrence = undefined;
  // What waited in the name of the old schedule, or could not be started, is not made up for.
  unit.queuedRuns = 0;
  unit.retryAt = undefined;
  unit.lastOccurrence = Number.NEGATIVE_INFINITY;
}

function changeStoplimit({ stoplimit, entry }: Unit): void {
  const now = stoplimitMsOf(entry);
  stoplimit.least = Math.min(stoplimit.least, now);
  stoplimit.most = Math.max(stoplimit.most, now);
  stoplimit.leastEver = Math.min(stoplimit.leastEver, now);
  stoplimit.mostEver = Math.max(stoplimit.mostEver, now);
}

function shutDown(truth: Truth, forced: boolean): Deserved {
  const stoppingAlready = truth.stop !== undefined || truth.phase === 'stopping';
  const at = truth.kernel.now();
  truth.stop ??= {
    takenAt: at,
    limitMs: truth.spec.shutdownlimitMs,
    forced: false,
    forcedAt: Number.POSITIVE_INFINITY,
    turnsLate: 0,
  };
  if (forced && !truth.stop.forced) {
    truth.stop.forced = true;
    truth.stop.forcedAt = at;
  }
  if (!stoppingAlready) return 'later';
  return forced ? 'ok' : 'refused';
}

function named(truth: Truth, name: string): Unit[] {
  return [...truth.units.values()].filter((unit) => unit.name === name && 'maxforkrate' in unit.entry);
}

function setPaused(truth: Truth, name: string, paused: boolean): Deserved {
  // While START runs, and when a stop has cut it short, only some are there: the answer tells (see `pauseAfterAll`).
  if (truth.phase !== 'running') return 'either';
  pauseAfterAll(truth, name, paused);
  return named(truth, name).length > 0 ? 'ok' : 'refused';
}

export function pauseAfterAll(truth: Truth, name: string, paused: boolean): void {
  for (const unit of named(truth, name)) unit.paused = paused;
}

function scale(
  truth: Truth,
  { service: name, prefork, maxchild }: Extract<Command, { kind: 'scale' }>,
): Deserved {
  const units = named(truth, name).filter((unit) => daemonSpecOf(unit) === undefined);
  if (units.length === 0 || truth.phase === 'starting') return 'refused';
  const wanted = units.map(({ limits }) => ({
    prefork: prefork ?? limits.prefork,
    maxchild: maxchild ?? limits.maxchild,
  }));
  if (wanted.some((limits) => limits.prefork > limits.maxchild)) return 'refused';
  const handsOver = units.some((unit) => serviceSpecOf(unit)?.protocol === 'inetd');
  if (handsOver && (prefork ?? 0) > 0) return 'refused';
  for (const [index, unit] of units.entries()) Object.assign(unit.limits, wanted[index]);
  // A stop may have cut START short, before there was any service.
  return truth.phase === 'running' ? 'ok' : 'either';
}

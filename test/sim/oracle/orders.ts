// What the operator has ordered, mirrored: the units in force after each command that the core has taken, and the
// answer that each command deserves (answers.ts holds the core's against it). The core is not asked.

import type { Command } from '../../../src/core/commands.ts';
import type { MasterSpec } from '../../../src/core/spec.ts';
import {
  addressKey,
  daemonSpecOf,
  type Entry,
  eventSpecOf,
  serviceSpecOf,
  type Truth,
  turnBeganAt,
  type Unit,
} from './truth.ts';
import { createUnit, identityOf, idOf, kindOf } from './units.ts';

/** `later`: at the end of the stop. `either`: what it is about may have come and gone in the same turn. */
export type Deserved = 'ok' | 'refused' | 'later' | 'either';

/** The units of a configuration with which the master begins. */
export function begin(truth: Truth): void {
  for (const entry of entriesOf(truth.spec)) enter(truth, entry);
}

/** Applies a command and says what answer it deserves. */
export function order(truth: Truth, command: Command): Deserved {
  if (command.kind === 'reload') return reload(truth, command.spec);
  if (command.kind === 'shutdown') return shutDown(truth, command.force === true);
  if (command.kind === 'pause' || command.kind === 'resume')
    return setPaused(truth, command.service, command.kind === 'pause');
  if (command.kind === 'scale') return scale(truth, command);
  return command.kind === 'retire' ? 'either' : 'ok';
}

function entriesOf(spec: MasterSpec): readonly Entry[] {
  return [...spec.start, ...spec.services, ...spec.daemons, ...spec.events];
}

function enter(truth: Truth, entry: Entry): void {
  const unit = createUnit(entry, turnBeganAt(truth));
  truth.units.set(unit.id, unit);
  if ('listen' in entry) truth.byAddress.set(addressKey(entry.address), unit);
}

function leave(truth: Truth, unit: Unit): void {
  unit.removed = true;
  truth.units.delete(unit.id);
  const service = serviceSpecOf(unit);
  if (service && truth.byAddress.get(addressKey(service.address)) === unit)
    truth.byAddress.delete(addressKey(service.address));
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
    if (unit === undefined) enter(truth, entry);
    else keep(truth, unit, entry);
  }
  return 'ok';
}

function keep(truth: Truth, unit: Unit, entry: Entry): void {
  const before = unit.entry;
  unit.entry = entry;
  unit.streak.failures = 0;
  changeStoplimit(unit);
  const service = serviceSpecOf(unit);
  if (service) {
    unit.limits.prefork = service.prefork;
    unit.limits.maxchild = service.maxchild;
  }
  if (rateOf(before) !== rateOf(entry)) unit.forks = [];
  const event = eventSpecOf(unit);
  if (event && 'trigger' in before && JSON.stringify(before.trigger) !== JSON.stringify(event.trigger)) {
    unit.bornAt = turnBeganAt(truth);
    unit.runs = 0;
    unit.lastOccurrence = Number.NEGATIVE_INFINITY;
  }
}

/** A START job has the limit of 30 s that the documentation gives to whoever names none. */
const STOPLIMIT_OF_START_JOBS_MS = 30_000;

export function stoplimitMsOf(entry: Entry): number {
  return 'stoplimitMs' in entry ? entry.stoplimitMs : STOPLIMIT_OF_START_JOBS_MS;
}

function changeStoplimit({ stoplimit, entry }: Unit): void {
  const now = stoplimitMsOf(entry);
  stoplimit.least = Math.min(stoplimit.least, now);
  stoplimit.most = Math.max(stoplimit.most, now);
}

/** Forks per second; Infinity where nothing bounds them. */
export function rateOf(entry: Entry): number {
  return 'maxforkrate' in entry ? entry.maxforkrate : Number.POSITIVE_INFINITY;
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
  // While START runs, only some of the daemons are there yet.
  if (truth.phase === 'starting') return 'either';
  const units = named(truth, name);
  for (const unit of units) unit.paused = paused;
  return units.length > 0 ? 'ok' : 'refused';
}

function scale(truth: Truth, { service: name, prefork, maxchild }: Extract<Command, { kind: 'scale' }>): Deserved {
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
  return 'ok';
}

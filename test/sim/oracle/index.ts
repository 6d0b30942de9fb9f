// THE ORACLE: judges the master from the kernel's truth. Every rule of rules.ts is asked here, in the order in which a
// breach is easiest to understand: books first, then the turn, then what the world may expect. Made by simulation.ts.

import type { Fact } from '../../../src/core/facts.ts';
import type { Master } from '../../../src/core/master.ts';
import type { Service } from '../../../src/core/service.ts';
import {
  commandSent,
  commandsAnswered,
  commandTaken,
  everythingAnswered,
  noAnswers,
  replied,
} from './answers.ts';
import {
  type BreakersLate,
  type BreakersSeen,
  breakerTriesAgain,
  failuresAreReal,
  servingClosesIt,
} from './breaker.ts';
import { observe } from './children.ts';
import { countsAreTheTruth, honestWordsAreGood } from './counts.ts';
import { hungStartsEnd, killedAtTheLimit, type Late, stopEnds, toldInTheEnd } from './deadlines.ts';
import { noDescriptorLeaked } from './descriptors.ts';
import { createWallClock, dueNow, judgeOccurrences, type WallClock } from './events.ts';
import { clientsAreServed, comesToRest, dueEventsRun, nothingIsLeft } from './liveness.ts';
import { constraintIsTrue, keepCapacity, keepHead, keepQueue, needIsMet } from './need.ts';
import { driftIsZero, limitsAsOrdered, nothingNegative } from './numbers.ts';
import type { Oracle, OracleSetting } from './oracle.ts';
import { begin } from './orders.ts';
import { acceptedIsServed, noWorkerForgotten } from './reaping.ts';
import { neverBelowPrefork } from './retirement.ts';
import { createTruth, nothingYet, type Truth, type Unit, unitOf } from './truth.ts';
import { boundedTurn, heartbeat, noSpin, type Spin } from './turns.ts';
import { startlimitMsOf, stoplimitMsOf } from './units.ts';
import {
  byAddress,
  disabledRefuses,
  fullServiceNotWatched,
  listenerOf,
  removedRefuses,
  type StillOpen,
} from './watching.ts';

interface Memory {
  readonly spin: Spin;
  readonly breakers: BreakersSeen;
  readonly breakersLate: BreakersLate;
  readonly open: StillOpen;
  readonly late: Late;
  readonly wall: WallClock;
}

export function createOracle(setting: OracleSetting): Oracle {
  const truth = createTruth(setting);
  const answers = noAnswers();
  const wall = createWallClock();
  const memory: Memory = {
    spin: { turns: 0, waitedMs: 0 },
    breakers: new WeakMap(),
    breakersLate: new WeakMap(),
    open: new Map(),
    late: new WeakMap(),
    wall,
  };
  begin(truth);
  return {
    observer: observe(truth),
    sent: (command) => commandSent(truth, answers, command),
    taken: (commands) => {
      for (const command of commands) commandTaken(truth, answers, command);
    },
    replied: (replies) => {
      for (const reply of replies) replied(truth, answers, reply);
    },
    told: (facts) => {
      truth.now.facts += facts.length;
      honestWordsAreGood(truth, facts);
      for (const fact of facts) {
        if (fact.kind === 'spawn-failed') spawnFailed(truth, fact);
        if (fact.kind === 'listener-shut') truth.now.shutListeners.push(`${fact.service} ${fact.family}`);
      }
      judgeOccurrences(truth, wall, facts);
    },
    afterTurn: (master) => {
      truth.master = master;
      truth.turns += 1;
      if (truth.phase === 'starting') beginSchedules(truth);
      truth.phase = master.phase;
      truth.now.interrupted = !master.polled.complete;
      judgeTurn(truth, master, memory);
      commandsAnswered(truth, answers);
      turnOver(truth);
    },
    healed: (atMs) => {
      truth.healedAt = atMs;
    },
    stopping: () => {
      if (truth.master === undefined || truth.healedAt === undefined) return;
      comesToRest(truth, recordsOf(truth, truth.master));
      dueEventsRun(truth);
    },
    finished: () => {
      everythingAnswered(truth, answers);
      nothingIsLeft(truth);
    },
  };
}

/** Of a fork or of all that comes before it; or of an exec, which opens the breaker. */
function spawnFailed(
  truth: Truth,
  { service, family, stage }: Extract<Fact, { kind: 'spawn-failed' }>,
): void {
  if (stage === 'exec') truth.now.execFailures.push(`${service} ${family}`);
  for (const unit of truth.units.values()) if (unit.name === service) unit.forkFailedAt = truth.kernel.now();
}

/** Events begin when the master has come up: not before the last turn that found it starting. */
function beginSchedules({ units, last }: Truth): void {
  for (const unit of units.values()) unit.bornAt = last.endedAt;
}

function recordsOf(truth: Truth, { services }: Master): ReadonlyMap<Unit, Service> {
  const records = new Map<Unit, Service>();
  for (const service of services) {
    const unit = unitOf(truth, service);
    if (unit !== undefined && !unit.removed) records.set(unit, service);
  }
  return records;
}

function judgeTurn(
  truth: Truth,
  master: Master,
  { spin, breakers, breakersLate, open, late, wall }: Memory,
): void {
  const records = recordsOf(truth, master);
  const listeners = truth.kernel.listeners();
  const found = byAddress(listeners);
  countsAreTheTruth(truth, master);
  nothingNegative(truth, master);
  driftIsZero(truth, master);
  limitsAsOrdered(truth, records);
  noDescriptorLeaked(truth, master);
  noWorkerForgotten(truth);
  boundedTurn(truth, master);
  noSpin(truth, spin);
  heartbeat(truth);
  for (const [unit, service] of records) {
    const listener = listenerOf(found, unit);
    fullServiceNotWatched(truth, master, service, unit, listener);
    disabledRefuses(truth, service, unit, listener);
    failuresAreReal(truth, breakers, service, unit);
    breakerTriesAgain(truth, breakersLate, service, unit);
    servingClosesIt(truth, service, unit);
    acceptedIsServed(truth, unit, service);
    keepCapacity(truth, unit, service);
    keepHead(truth, unit, listener);
    needIsMet(truth, unit, service, listener);
    hungStartsEnd(truth, unit, listener);
    constraintIsTrue(truth, master, unit, service);
    clientsAreServed(truth, unit, listener);
    keepQueue(unit, listener?.queue.length ?? 0);
  }
  neverBelowPrefork(truth);
  removedRefuses(truth, open, listeners);
  dueNow(truth, wall, master);
  killedAtTheLimit(truth, late);
  toldInTheEnd(truth);
  stopEnds(truth);
}

function turnOver(truth: Truth): void {
  const { kernel, setting } = truth;
  const turnsEnd = { before: truth.last.endedAt, now: kernel.now() };
  truth.last = {
    endedAt: kernel.now(),
    busyMs: kernel.busyMs,
    calls: kernel.calls,
    fullLooks: kernel.fullLooks,
    unread: truth.now.unread,
    injected: { ...setting.injected?.() },
  };
  truth.now = nothingYet();
  for (const unit of truth.units.values()) {
    const limitMs = stoplimitMsOf(unit.entry);
    unit.stoplimit.least = limitMs;
    unit.stoplimit.most = limitMs;
    unit.startlimitLeastMs = startlimitMsOf(unit.entry);
    if ((unit.forks.at(-1) ?? 0) >= turnsEnd.before) unit.forkedBy = turnsEnd.now;
  }
}

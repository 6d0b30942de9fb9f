// THE ORACLE: judges the master from the kernel's truth. Every rule of rules.ts is asked here, in the order in which a
// breach is easiest to understand: books first, then the turn, then what the world may expect. Made by simulation.ts.

import type { Master } from '../../../src/core/master.ts';
import type { Service } from '../../../src/core/service.ts';
import { STATUS_FD } from '../../../src/protocol/fds.ts';
import {
  commandSent,
  commandsAnswered,
  commandTaken,
  everythingAnswered,
  noAnswers,
  replied,
} from './answers.ts';
import { type BreakersSeen, failuresAreReal, keepStreak } from './breaker.ts';
import { observe } from './children.ts';
import { countsAreTheTruth, honestWordsAreGood } from './counts.ts';
import { killedAtTheLimit, type Late, stopEnds, toldInTheEnd } from './deadlines.ts';
import { noDescriptorLeaked } from './descriptors.ts';
import { createWallClock, judgeOccurrences } from './events.ts';
import { clientsAreServed, comesToRest, dueEventsRun, nothingIsLeft } from './liveness.ts';
import { driftIsZero, limitsAsOrdered, nothingNegative } from './numbers.ts';
import type { Oracle, OracleSetting } from './oracle.ts';
import { begin } from './orders.ts';
import { acceptedIsServed, noWorkerForgotten } from './reaping.ts';
import { keepCapacity, keepQueue } from './spawning.ts';
import { createTruth, nothingYet, type Truth, type Unit, unitOf } from './truth.ts';
import { boundedTurn, heartbeat, noSpin, type Spin } from './turns.ts';
import { stoplimitMsOf } from './units.ts';
import { byAddress, fullServiceNotWatched, listenerOf, removedRefuses, type StillOpen } from './watching.ts';

interface Memory {
  readonly spin: Spin;
  readonly breakers: BreakersSeen;
  readonly open: StillOpen;
  readonly late: Late;
}

export function createOracle(setting: OracleSetting): Oracle {
  const truth = createTruth(setting);
  const answers = noAnswers();
  const wall = createWallClock();
  const memory: Memory = {
    spin: { turns: 0, waitedMs: 0 },
    breakers: new WeakMap(),
    open: new Map(),
    late: new WeakMap(),
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
        if (fact.kind !== 'spawn-failed' || fact.stage !== 'exec') continue;
        truth.now.execFailures.push(`${fact.service} ${fact.family}`);
      }
      judgeOccurrences(truth, wall, facts);
    },
    afterTurn: (master) => {
      truth.master = master;
      truth.turns += 1;
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

function recordsOf(truth: Truth, { services }: Master): ReadonlyMap<Unit, Service> {
  const records = new Map<Unit, Service>();
  for (const service of services) {
    const unit = unitOf(truth, service);
    if (unit !== undefined && !unit.removed) records.set(unit, service);
  }
  return records;
}

function judgeTurn(truth: Truth, master: Master, { spin, breakers, open, late }: Memory): void {
  const records = recordsOf(truth, master);
  const listeners = truth.kernel.listeners();
  const found = byAddress(listeners);
  countsAreTheTruth(truth, master);
  nothingNegative(truth, master);
  driftIsZero(truth, master);
  limitsAsOrdered(truth, records);
  noDescriptorLeaked(truth, master);
  noWorkerForgotten(truth);
  for (const child of truth.now.reaped) keepStreak(truth, child);
  boundedTurn(truth, master);
  noSpin(truth, spin, unreadOf(truth));
  heartbeat(truth);
  for (const [unit, service] of records) {
    const listener = listenerOf(found, unit);
    fullServiceNotWatched(truth, master, service, unit, listener);
    failuresAreReal(truth, breakers, service, unit);
    acceptedIsServed(truth, unit, service);
    keepCapacity(truth, unit, service);
    clientsAreServed(truth, unit, listener);
    keepQueue(unit, listener?.queue.length ?? 0);
  }
  removedRefuses(truth, open, listeners);
  killedAtTheLimit(truth, late);
  toldInTheEnd(truth);
  stopEnds(truth);
}

const OUTPUTS = [1, 2] as const;

/** What children have written and the master has not read. */
function unreadOf({ children }: Truth): number {
  let unread = 0;
  for (const { view } of children.values()) {
    unread += view.unread(STATUS_FD) + view.unreadNotifications();
    for (const fd of OUTPUTS) unread += view.unread(fd);
  }
  return unread;
}

function turnOver(truth: Truth): void {
  const { kernel, setting } = truth;
  truth.last = {
    endedAt: kernel.now(),
    busyMs: kernel.busyMs,
    calls: kernel.calls,
    unread: unreadOf(truth),
    injected: { ...setting.injected?.() },
  };
  truth.now = nothingYet();
  for (const unit of truth.units.values()) {
    const limitMs = stoplimitMsOf(unit.entry);
    unit.stoplimit.least = limitMs;
    unit.stoplimit.most = limitMs;
  }
}

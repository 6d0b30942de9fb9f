// The turn itself: it does bounded work, it does not come back again and again for nothing, and it does not wait too
// long. Called after every turn; throws a Violation.

import type { Master } from '../../../src/core/master.ts';
import { hit, type Truth, time, violate } from './truth.ts';

/** System calls of a turn: for itself (the self-audit looks at 64 workers, an interrupted poll is tried 17 times). */
const CALLS_OF_ITSELF = 250;
const CALLS_PER_UNIT = 12;
/** A fact carries the clock on the wall; a spawn that failed is told, and has opened and closed its descriptors. */
const CALLS_PER_FACT = 20;
const CALLS_PER_SPAWN = 40;
/** Its last words are read until nothing is left. */
const CALLS_PER_DEATH = 120;
const CALLS_PER_SIGNAL = 4;
/** A channel that has something costs one read. */
const CALLS_PER_CHANNEL = 3;

export function boundedTurn(truth: Truth, { services, jobs }: Master): void {
  const { kernel, last, now } = truth;
  const calls = kernel.calls - last.calls;
  const most =
    CALLS_OF_ITSELF +
    CALLS_PER_UNIT * (services.length + jobs.length) +
    CALLS_PER_FACT * now.facts +
    CALLS_PER_SPAWN * now.spawned +
    CALLS_PER_DEATH * (now.reaped.length + now.ended) +
    CALLS_PER_SIGNAL * now.signals +
    CALLS_PER_CHANNEL * (now.heard + last.unread);
  if (calls <= most) return;
  violate(
    truth,
    'bounded-turn',
    `turn ${truth.turns} made ${calls} system calls, ${most} would be enough for ${services.length} services, ` +
      `${now.facts} facts, ${now.spawned} spawns, ${now.reaped.length} deaths and ${now.heard} messages`,
  );
}

/** Turns in a row in which nothing happened and nobody waited. A false alarm of poll is borne ten times. */
const IDLE_TURNS_MAX = 60;
const WAITED_LEAST_MS = 1;

export interface Spin {
  turns: number;
  waitedMs: number;
}

export function noSpin(truth: Truth, spin: Spin): void {
  const { kernel, last, now } = truth;
  const nothing =
    now.spawned + now.ended + now.reaped.length + now.signals + now.heard + now.connections + now.commands ===
      0 &&
    now.unread >= last.unread &&
    !now.interrupted;
  spin.waitedMs += waitedMs(truth);
  if (!nothing || spin.waitedMs >= WAITED_LEAST_MS) {
    spin.turns = 0;
    spin.waitedMs = 0;
    return;
  }
  spin.turns += 1;
  if (spin.turns <= IDLE_TURNS_MAX) return;
  const waited = spin.waitedMs.toFixed(3);
  violate(
    truth,
    'no-spin',
    `${spin.turns} turns in a row did nothing and waited ${waited} ms in all, the last ${kernel.calls - last.calls} system calls`,
  );
}

/** What of the turn was spent waiting in poll. */
function waitedMs({ kernel, last }: Truth): number {
  return kernel.now() - last.endedAt - (kernel.busyMs - last.busyMs);
}

/** Even when nothing happens, a turn is made once a second (docs, "One turn"); whole milliseconds of poll. */
const TURN_WAITS_MOST_MS = 1_000 + 2;

export function heartbeat(truth: Truth): void {
  // Slow spawns and failed polls of the faults wait as well.
  if (hit(truth, 'spawn-slow', 'poll-enomem')) return;
  const waited = waitedMs(truth);
  if (truth.turns < 2 || waited <= TURN_WAITS_MOST_MS) return;
  violate(truth, 'heartbeat', `turn ${truth.turns} waited ${time(waited)}`);
}

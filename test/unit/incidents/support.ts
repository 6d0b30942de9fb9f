// A run of a loop that was never made: clients in equal steps, a window, and a loop that stalls in it or does not.

import type { LoopRun, RunSample } from '../../../bench/incidents/stalled-master/run.ts';
import type { LoopName } from '../../../bench/rig/order.ts';

export const WINDOW = { fromMs: 3_000, untilMs: 11_000 };
const DURATION_MS = 14_000;
const CLIENT_EVERY_MS = 250;
const SAMPLE_EVERY_MS = 100;
const GREETED_AFTER_MS = 5;
/** Who comes in this part of the window still finds a ready worker. */
const READY_MS = 1_000;

export function madeUp(loop: LoopName, stalls: boolean, changes: Partial<LoopRun> = {}): LoopRun {
  const arrivals = steps(CLIENT_EVERY_MS, DURATION_MS);
  const stallMs = (atMs: number) =>
    stalls && atMs > WINDOW.fromMs + READY_MS && atMs < WINDOW.untilMs ? WINDOW.untilMs - atMs : 0;
  return {
    loop,
    durationMs: DURATION_MS,
    window: WINDOW,
    samples: steps(SAMPLE_EVERY_MS, DURATION_MS).map((atMs) => sampleAt(atMs, stalls)),
    arrivals,
    greetings: arrivals.map((at) => [at, at + GREETED_AFTER_MS + stallMs(at)] as const),
    signalsSentPerSecond: 0,
    ...changes,
  };
}

function steps(everyMs: number, untilMs: number): number[] {
  return Array.from({ length: untilMs / everyMs }, (_, index) => (index + 1) * everyMs);
}

function sampleAt(atMs: number, stalls: boolean): RunSample {
  const inWindow = atMs > WINDOW.fromMs && atMs <= WINDOW.untilMs;
  const stalled = stalls && inWindow;
  // A stalled loop begins turns all the time, and has completed none since the window began.
  const completed = stalled ? WINDOW.fromMs : atMs;
  return {
    atMs,
    turnsBegun: atMs,
    turnsCompleted: completed,
    interruptions: inWindow ? atMs : 0,
    messagesWaiting: stalled ? 4 : 0,
    readyBelieved: 4,
    readyTrue: stalled ? 0 : 4,
    stamps: [atMs, ...Array.from({ length: 9 }, () => completed)],
  };
}

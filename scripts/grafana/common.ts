// Panels that stand on more than one dashboard, so that they stay alike: only their width differs.

import { BY_STATE, steps } from './colours.ts';
import { EACH, each, of, ofMaster, ofServices, rate } from './expressions.ts';
import type { Panel } from './panel.ts';

export const clientsWaitingNow = (width: number): Panel => ({
  kind: 'stat',
  title: 'Clients that wait now',
  answers:
    'Does anybody wait? Connections in the accept queues of the kernel, over all services that are chosen.',
  width,
  unit: 'short',
  queries: [{ expr: `sum(${ofServices('queue_length')})`, legend: 'waiting' }],
  thresholds: steps(1, 10),
});

export const sinceLastTurn = (width: number): Panel => ({
  kind: 'stat',
  title: 'Since the last turn',
  answers:
    'Does the supervisor itself go on? The time since the last turn of its loop, of the instance where it is longest. With nothing to do it makes one in a second.',
  width,
  unit: 's',
  queries: [{ expr: `max(${ofMaster('scoreboard_age_seconds')})`, legend: 'age' }],
  thresholds: steps(3, 10),
});

export const queueOverTime = (width: number): Panel => ({
  kind: 'graph',
  title: 'Clients waiting',
  answers: 'Since when do clients wait, at which service, and does it go down again?',
  width,
  unit: 'short',
  queries: [{ expr: each(ofServices('queue_length')), legend: EACH }],
});

const HELD = of('spawn_blocked_seconds_total', 'constraint!="none"');

export const heldBack = (width: number): Panel => ({
  kind: 'graph',
  title: 'Spawning held back, by what',
  answers:
    'Which limit kept workers from being spawned, and when? 1 is one service held back all the time. `none` is not shown.',
  width,
  unit: 'short',
  stacked: true,
  queries: [
    {
      // Series without a gap, but none for a limit that never bound: the legend would be long.
      expr: `sum by (constraint) (${rate(HELD)}) and on (constraint) sum by (constraint) (increase(${HELD}[$__range])) > 0`,
      legend: '{{constraint}}',
    },
  ],
});

/** Ready counts who still starts; the layers must not count anybody twice. */
export const workersByState = (width: number, ...limits: Panel['queries']): Panel => ({
  kind: 'graph',
  title: 'Workers by state',
  answers: 'How many workers are free, starting, serving, ending: do they suffice?',
  width,
  unit: 'short',
  stacked: true,
  colours: BY_STATE,
  queries: [
    { expr: `sum(${of('ready_workers')}) - sum(${of('starting_workers')})`, legend: 'ready' },
    { expr: `sum(${of('starting_workers')})`, legend: 'starting' },
    { expr: `sum(${of('busy_workers')})`, legend: 'busy' },
    { expr: `sum(${of('draining_workers')})`, legend: 'draining' },
    ...limits,
  ],
});

export const turnedAway = (width: number): Panel => ({
  kind: 'graph',
  title: 'Turned away by the kernel',
  answers: 'Were connections dropped before any program saw them? Of the whole network namespace, a second.',
  width,
  unit: 'ops',
  colours: { overflows: 'warning', drops: 'bad' },
  queries: [
    { expr: `sum(${rate(ofMaster('listen_overflows_total'))})`, legend: 'overflows' },
    { expr: `sum(${rate(ofMaster('listen_drops_total'))})`, legend: 'drops' },
  ],
});

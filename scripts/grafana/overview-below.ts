// The lower half of the overview: what the workers did, and what the master and the kernel say. Part of overview.ts.

import { BREAKER } from './colours.ts';
import { turnedAway, workersByState } from './common.ts';
import { EACH, each, MASTER_CPU, MASTER_MEMORY, of, ofMaster, rate } from './expressions.ts';
import type { Row } from './panel.ts';

export const WORKERS: Row = {
  headline: 'Workers',
  height: 8,
  panels: [
    workersByState(8),
    {
      kind: 'graph',
      title: 'Spawns and ends',
      answers: 'Does the herd grow, shrink, or churn? Workers a second.',
      width: 8,
      unit: 'ops',
      colours: { spawned: 'starting', ended: 'limit', 'ended badly': 'bad' },
      queries: [
        { expr: `sum(${rate(of('spawns_total'))})`, legend: 'spawned' },
        { expr: `sum(${rate(of('exits_total'))})`, legend: 'ended' },
        {
          expr: `sum(${rate(of('exits_total', 'reason=~"failure|signal|start-limit|stop-limit|watchdog"'))})`,
          legend: 'ended badly',
        },
      ],
    },
    {
      kind: 'states',
      title: 'Breakers',
      answers: 'Which service gave up spawning because its workers died, and when?',
      width: 8,
      unit: 'short',
      words: BREAKER,
      queries: [{ expr: `max by (instance, service) (${of('breaker_state')})`, legend: EACH }],
    },
  ],
};

export const MASTER: Row = {
  headline: 'The master and the kernel',
  height: 7,
  panels: [
    turnedAway(6),
    {
      kind: 'graph',
      title: 'Events that failed or were skipped',
      answers: 'Do the jobs of EVENTS run? In the last 15 minutes.',
      width: 6,
      unit: 'short',
      queries: [
        {
          expr: `sum by (instance, event) (increase(${ofMaster('event_failures_total')}[15m]))`,
          legend: '{{event}} failed @ {{instance}}',
        },
        {
          expr: `sum by (instance, event) (increase(${ofMaster('event_skips_total')}[15m]))`,
          legend: '{{event}} skipped @ {{instance}}',
        },
      ],
    },
    {
      kind: 'graph',
      title: 'Processors in use',
      answers: 'What does it cost: the master, and the workers of each service? In processors.',
      width: 6,
      unit: 'short',
      queries: [
        { expr: MASTER_CPU, legend: 'master @ {{instance}}' },
        { expr: each(of('workers_cpu_cores')), legend: EACH },
      ],
    },
    {
      kind: 'graph',
      title: 'Memory',
      answers: 'What does it hold: the master, and the workers of each service?',
      width: 6,
      unit: 'bytes',
      queries: [
        { expr: MASTER_MEMORY, legend: 'master @ {{instance}}' },
        { expr: each(of('workers_memory_bytes')), legend: EACH },
      ],
    },
  ],
};

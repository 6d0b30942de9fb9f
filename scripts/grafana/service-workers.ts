// The lower half of the service's dashboard: how workers begin, live and end, and what they cost. Part of service.ts.

import { BY_REASON } from './colours.ts';
import { EACH, each, of, quantile, rate } from './expressions.ts';
import type { Row } from './panel.ts';

export const LIFE: Row = {
  headline: 'How workers begin, live and end',
  height: 8,
  panels: [
    {
      kind: 'graph',
      title: 'Spawns',
      answers: 'How many workers are spawned, and how many could not be? A second.',
      width: 6,
      unit: 'ops',
      colours: { spawned: 'starting', failed: 'bad' },
      queries: [
        { expr: `sum(${rate(of('spawns_total'))})`, legend: 'spawned' },
        { expr: `sum(${rate(of('spawn_failures_total'))})`, legend: 'failed' },
      ],
    },
    {
      kind: 'graph',
      title: 'Start-up',
      answers: 'How long until a new worker can serve? Half of them, and 95 of 100.',
      width: 6,
      unit: 's',
      queries: [
        { expr: quantile(0.5, 'startup_seconds'), legend: `half, ${EACH}` },
        { expr: quantile(0.95, 'startup_seconds'), legend: `95 of 100, ${EACH}` },
      ],
    },
    {
      kind: 'graph',
      title: 'Sessions',
      answers: 'How long does a client keep a worker? Half of them, and 95 of 100.',
      width: 6,
      unit: 's',
      queries: [
        { expr: quantile(0.5, 'session_seconds'), legend: `half, ${EACH}` },
        { expr: quantile(0.95, 'session_seconds'), legend: `95 of 100, ${EACH}` },
      ],
    },
    {
      kind: 'graph',
      title: 'Ends, by reason',
      answers: 'How do workers end: as asked, by themselves, or by force? A second.',
      width: 6,
      unit: 'ops',
      stacked: true,
      colours: BY_REASON,
      queries: [{ expr: `sum by (reason) (${rate(of('exits_total'))})`, legend: '{{reason}}' }],
    },
  ],
};

export const COST: Row = {
  headline: 'What they cost, and what goes wrong',
  height: 8,
  panels: [
    {
      kind: 'graph',
      title: 'Processors in use',
      answers: 'How much CPU do the workers take together, and the hungriest alone? In processors.',
      width: 6,
      unit: 'short',
      queries: [
        { expr: each(of('workers_cpu_cores')), legend: `all, ${EACH}` },
        {
          expr: `max by (instance, service) (${of('worker_cpu_max_cores')})`,
          legend: `the hungriest, ${EACH}`,
        },
      ],
    },
    {
      kind: 'graph',
      title: 'Memory',
      answers: 'How much memory do the workers take together, and the largest alone?',
      width: 6,
      unit: 'bytes',
      queries: [
        { expr: each(of('workers_memory_bytes')), legend: `all, ${EACH}` },
        {
          expr: `max by (instance, service) (${of('worker_memory_max_bytes')})`,
          legend: `the largest, ${EACH}`,
        },
      ],
    },
    {
      kind: 'graph',
      title: 'Workers that wait for a lock',
      answers: 'Do workers stand still because another holds a file lock?',
      width: 6,
      unit: 'short',
      queries: [{ expr: each(of('lock_waiting_workers')), legend: EACH }],
    },
    {
      kind: 'graph',
      title: 'Trouble with workers, 5 min',
      answers: 'Do workers say what cannot be believed, write more than is taken over, or trip the breaker?',
      width: 6,
      unit: 'short',
      colours: { 'bad messages': 'warning', 'lines dropped': 'draining', 'breaker openings': 'bad' },
      queries: [
        { expr: `sum(increase(${of('messages_bad_total')}[5m]))`, legend: 'bad messages' },
        { expr: `sum(increase(${of('output_dropped_lines_total')}[5m]))`, legend: 'lines dropped' },
        { expr: `sum(increase(${of('breaker_openings_total')}[5m]))`, legend: 'breaker openings' },
      ],
    },
  ],
};

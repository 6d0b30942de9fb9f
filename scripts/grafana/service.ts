// One service in depth: who waits, who serves, what holds spawns back, how workers begin, live and end, what they cost.
// With several services chosen, it is their sum, or one series each.

import { BREAKER, steps } from './colours.ts';
import { clientsWaitingNow, heldBack, queueOverTime, workersByState } from './common.ts';
import { EACH, each, of, ofServices, quantile, rate } from './expressions.ts';
import type { DashboardSource, Row } from './panel.ts';
import { COST, LIFE } from './service-workers.ts';

const UNLIMITED = 'no service that is chosen has a maxchild';

const NOW: Row = {
  height: 4,
  panels: [
    clientsWaitingNow(4),
    {
      kind: 'stat',
      title: 'Wait, 99 of 100, 5 min',
      answers: 'How long did clients of the last five minutes wait for a worker, at worst?',
      width: 4,
      unit: 's',
      thresholds: steps(0.1, 1),
      nothing: 'nobody came',
      queries: [{ expr: `max(${quantile(0.99, 'queue_wait_seconds', '5m')})`, legend: 'wait' }],
    },
    {
      kind: 'stat',
      title: 'Ready',
      answers: 'How many workers could take a client at once? Those that still start are counted.',
      width: 4,
      unit: 'short',
      queries: [{ expr: `sum(${of('ready_workers')})`, legend: 'ready' }],
    },
    {
      kind: 'stat',
      title: 'Share of maxchild in use',
      answers: 'How near is maxchild? Workers alive, of those allowed; nothing of an unlimited service.',
      width: 4,
      unit: 'percentunit',
      thresholds: steps(0.8, 1),
      queries: [
        { expr: `max(${ofServices('active_workers')} / ${ofServices('maxchild_workers')})`, legend: 'used' },
      ],
    },
    {
      kind: 'stat',
      title: 'Spawns, 5 min',
      answers: 'How many workers were spawned in the last five minutes?',
      width: 4,
      unit: 'short',
      queries: [{ expr: `sum(increase(${of('spawns_total')}[5m]))`, legend: 'spawns' }],
    },
    {
      kind: 'stat',
      title: 'Breaker',
      answers: 'Is the service given up because its workers died? The worst of what is chosen.',
      width: 4,
      unit: 'short',
      words: BREAKER,
      queries: [{ expr: `max(${of('breaker_state')})`, legend: 'breaker' }],
    },
  ],
};

const DEMAND: Row = {
  headline: 'Who waits, who serves',
  height: 9,
  panels: [
    workersByState(
      12,
      { expr: `sum(${ofServices('maxchild_workers')} < +Inf)`, legend: 'maxchild', empty: UNLIMITED },
      { expr: `sum(${of('prefork_workers')})`, legend: 'prefork' },
    ),
    queueOverTime(6),
    {
      kind: 'graph',
      title: 'Clients served',
      answers: 'How much is asked of it? Connections a second.',
      width: 6,
      unit: 'ops',
      queries: [{ expr: each(rate(of('connections_total'))), legend: EACH }],
    },
  ],
};

const WAIT: Row = {
  headline: 'How long, and why',
  height: 9,
  panels: [
    {
      kind: 'heatmap',
      title: 'Wait in the queue',
      answers:
        'How is the wait distributed: everybody a little, or a few for long? Each column is a moment, each cell how many clients a second waited that long.',
      width: 8,
      unit: 's',
      queries: [{ expr: `sum by (le) (${rate(of('queue_wait_seconds_bucket'))})`, legend: '{{le}}' }],
    },
    heldBack(8),
    {
      kind: 'graph',
      title: 'Share of the time at maxchild',
      answers: 'Is maxchild too small? Near 1 it is the limit all the time.',
      width: 8,
      unit: 'percentunit',
      queries: [
        {
          expr: `max by (instance, service) (${rate(ofServices('at_maxchild_seconds_total'))})`,
          legend: EACH,
        },
      ],
    },
  ],
};

export const SERVICE: DashboardSource = {
  uid: 'preforkd-service',
  title: 'preforkd: service',
  description: 'One service in depth. Choose it at the top.',
  span: '1h',
  refresh: '10s',
  file: 'service.json',
  rows: [NOW, DEMAND, WAIT, LIFE, COST],
};

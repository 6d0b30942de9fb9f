// The incident's own instrument: what the supervisor does with each turn while a storm runs, and whether signals, the
// kernel or the supervisor itself keep clients from being served. For short spans: the last fifteen minutes.

import { steps } from './colours.ts';
import { clientsWaitingNow, queueOverTime, sinceLastTurn, turnedAway, workersByState } from './common.ts';
import { EACH, each, MASTER_CPU, ofMaster, ofServices, rate } from './expressions.ts';
import type { DashboardSource, Row } from './panel.ts';

const turnQuantile = (share: number) =>
  `histogram_quantile(${share}, sum by (instance, le) (${rate(ofMaster('turn_seconds_bucket'))}))`;

const NOW: Row = {
  height: 4,
  panels: [
    clientsWaitingNow(4),
    sinceLastTurn(4),
    {
      kind: 'stat',
      title: 'Interruptions a second',
      answers: 'How often does a signal interrupt the wait for clients? Hundreds are a signal storm.',
      width: 4,
      unit: 'ops',
      thresholds: steps(100, 10_000),
      queries: [{ expr: `sum(${rate(ofMaster('interruptions_total'))})`, legend: 'interruptions' }],
    },
    {
      kind: 'stat',
      title: 'Share of the time at work',
      answers: 'How much of its one processor does the loop need? Near 1 it is the bottleneck.',
      width: 4,
      unit: 'percentunit',
      thresholds: steps(0.5, 0.9),
      queries: [{ expr: `max(${rate(ofMaster('turn_seconds_sum'))})`, legend: 'work' }],
    },
    {
      kind: 'stat',
      title: 'Drift, since the start',
      answers: 'Did the ledger ever disagree with the kernel? It must stay 0.',
      width: 4,
      unit: 'short',
      thresholds: [
        { from: 0, colour: 'good' },
        { from: 1, colour: 'bad' },
      ],
      queries: [{ expr: `sum(${ofMaster('accounting_drift_total')})`, legend: 'drift' }],
    },
    {
      kind: 'stat',
      title: 'Turned away, 5 min',
      answers: 'How many connections did the kernel drop because an accept queue was full?',
      width: 4,
      unit: 'short',
      thresholds: steps(1, 10),
      queries: [{ expr: `sum(increase(${ofMaster('listen_overflows_total')}[5m]))`, legend: 'overflows' }],
    },
  ],
};

const STAGES: Row = {
  headline: 'The turns of the loop',
  height: 10,
  panels: [
    {
      kind: 'heatmap',
      title: 'Time of a stage of a turn',
      answers:
        'Does a stage stall? Each column is a moment, each row a duration, each cell how many stages a second took that long. One hot cell far up is a stall that an average hides. Without poll, which only waits.',
      width: 12,
      unit: 's',
      queries: [
        {
          expr: `sum by (le) (${rate(ofMaster('stage_seconds_bucket', 'stage=~"$stage",stage!="poll"'))})`,
          legend: '{{le}}',
        },
      ],
    },
    {
      kind: 'graph',
      title: 'Where the time goes',
      answers:
        'Which stage takes it? The share of the time in each stage; poll is the wait for something to do.',
      width: 12,
      unit: 'percentunit',
      stacked: true,
      colours: { poll: 'limit' },
      queries: [
        {
          expr: `avg by (stage) (${rate(ofMaster('stage_seconds_sum', 'stage=~"$stage"'))})`,
          legend: '{{stage}}',
        },
      ],
    },
  ],
};

const TURNS: Row = {
  height: 7,
  panels: [
    {
      kind: 'graph',
      title: 'Time of a turn',
      answers: 'How long does a client wait at most for the supervisor alone? Without the wait in poll.',
      width: 8,
      unit: 's',
      queries: [
        { expr: turnQuantile(0.5), legend: 'half @ {{instance}}' },
        { expr: turnQuantile(0.99), legend: '99 of 100 @ {{instance}}' },
        { expr: turnQuantile(0.999), legend: '999 of 1000 @ {{instance}}' },
      ],
    },
    {
      kind: 'graph',
      title: 'Turns and interruptions',
      answers:
        'Do signals drive the loop? Each interrupted wait is one; given up are turns that went on without poll.',
      width: 8,
      unit: 'ops',
      colours: { turns: 'calm', interruptions: 'warning', 'polls given up': 'bad' },
      queries: [
        { expr: `sum(${rate(ofMaster('turns_total'))})`, legend: 'turns' },
        { expr: `sum(${rate(ofMaster('interruptions_total'))})`, legend: 'interruptions' },
        { expr: `sum(${rate(ofMaster('polls_given_up_total'))})`, legend: 'polls given up' },
      ],
    },
    {
      kind: 'graph',
      title: 'Stalls',
      answers: 'Did the loop stand still, and for how long?',
      width: 8,
      unit: 's',
      queries: [
        { expr: ofMaster('scoreboard_age_seconds'), legend: 'since the last turn @ {{instance}}' },
        { expr: ofMaster('turn_stalled'), legend: 'told by the watchdog (1) @ {{instance}}' },
      ],
    },
  ],
};

const CLIENTS: Row = {
  headline: 'What the clients meet',
  height: 8,
  panels: [
    queueOverTime(8),
    workersByState(8),
    {
      kind: 'graph',
      title: 'Spawns',
      answers: 'How fast does it spawn, service by service? Workers a second.',
      width: 8,
      unit: 'ops',
      queries: [{ expr: each(rate(ofServices('spawns_total'))), legend: EACH }],
    },
  ],
};

const KERNEL: Row = {
  headline: 'Against the kernel',
  height: 7,
  panels: [
    turnedAway(8),
    {
      kind: 'graph',
      title: 'How many may start at once',
      answers: 'Did the start cap throttle the storm, and was it used up? It adapts to how long starts take.',
      width: 8,
      unit: 'short',
      colours: { cap: 'limit', starting: 'starting' },
      queries: [
        { expr: `sum(${ofMaster('start_cap_workers')})`, legend: 'cap' },
        { expr: `sum(preforkd_starting_workers{instance=~"$instance"})`, legend: 'starting' },
      ],
    },
    {
      kind: 'graph',
      title: 'The master itself',
      answers: 'What does the storm cost the master? Processors in use, all its threads.',
      width: 8,
      unit: 'short',
      queries: [{ expr: MASTER_CPU, legend: 'processors @ {{instance}}' }],
    },
  ],
};

export const STORM: DashboardSource = {
  uid: 'preforkd-storm',
  title: 'preforkd: storm',
  description:
    'The supervisor under load: its turns, its stages, its signals, and what the kernel turned away.',
  span: '15m',
  refresh: '5s',
  file: 'storm.json',
  stages: true,
  rows: [NOW, STAGES, TURNS, CLIENTS, KERNEL],
};

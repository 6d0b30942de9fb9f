// The overview: do clients wait, and why, in five seconds. The top row answers that for the whole fleet, the table says
// which service, the rest when it began. Everything else is for the other two dashboards.

import { BREAKER, steps } from './colours.ts';
import { clientsWaitingNow, heldBack, queueOverTime, sinceLastTurn } from './common.ts';
import { EACH, each, HELD_BACK, ofServices, quantile } from './expressions.ts';
import { MASTER, WORKERS } from './overview-below.ts';
import type { DashboardSource, Row } from './panel.ts';

/** A queue of services with somebody in it, one series each. */
const SOMEBODY_WAITS = `${each(ofServices('queue_length'))} > 0`;

const IN_FIVE_SECONDS: Row = {
  height: 6,
  panels: [
    clientsWaitingNow(4),
    {
      kind: 'stat',
      title: 'Wait, 99 of 100, 5 min',
      answers:
        'How long do clients wait before a worker takes them? The 99th percentile of the last five minutes, of the service where it is worst. Told by workers on the SDK.',
      width: 4,
      unit: 's',
      queries: [
        {
          expr: `max(${quantile(0.99, 'queue_wait_seconds', '5m')})`,
          legend: 'wait',
        },
      ],
      thresholds: steps(0.1, 1),
      nothing: 'nobody came',
    },
    {
      kind: 'bars',
      title: 'Why they wait: what kept workers from being spawned',
      answers:
        'Why does the queue of a service not empty? Of each service with clients waiting, the share of the last minute in which a limit held spawns back. `preforkd why SERVICE` says it in words.',
      width: 10,
      unit: 'percentunit',
      queries: [
        {
          expr: `sort_desc(${HELD_BACK} and on (instance, service) (${SOMEBODY_WAITS}))`,
          legend: '{{service}}: {{constraint}}',
        },
      ],
      thresholds: steps(0.25, 0.75),
      nothing: 'nobody waits',
    },
    sinceLastTurn(3),
    {
      kind: 'stat',
      title: 'Alerts',
      answers:
        'How many alerts of grafana/prometheus/alerts.yml fire? docs/RUNBOOK.md says what to type for each.',
      width: 3,
      unit: 'short',
      queries: [
        {
          expr: 'count(ALERTS{alertname=~"Preforkd.*",alertstate="firing"}) or vector(0)',
          legend: 'firing',
        },
      ],
      thresholds: steps(1, 3),
    },
  ],
};

const TABLE: Row = {
  height: 8,
  panels: [
    {
      kind: 'table',
      title: 'Services, those with clients waiting first',
      answers:
        'Which service is it, and how near are its limits? One line for each service of each instance.',
      width: 24,
      unit: 'short',
      queries: [
        { expr: each(ofServices('queue_length')), legend: 'waiting' },
        {
          expr: `topk by (instance, service) (1, ${HELD_BACK})`,
          legend: 'held back',
          label: ['constraint', 'held back by'],
        },
        { expr: each(ofServices('ready_workers')), legend: 'ready' },
        { expr: each(ofServices('starting_workers')), legend: 'starting' },
        { expr: each(ofServices('busy_workers')), legend: 'busy' },
        { expr: each(ofServices('draining_workers')), legend: 'draining' },
        { expr: each(ofServices('maxchild_workers')), legend: 'maxchild' },
        {
          expr: `max by (instance, service) (rate(${ofServices('at_maxchild_seconds_total')}[5m]))`,
          legend: 'at maxchild, 5 min',
          unit: 'percentunit',
        },
        { expr: each(`increase(${ofServices('spawns_total')}[5m])`), legend: 'spawns, 5 min' },
        { expr: `max by (instance, service) (${ofServices('breaker_state')})`, legend: 'breaker' },
      ],
      thresholds: steps(1, 10),
      words: BREAKER,
    },
  ],
};

const WHEN: Row = {
  headline: 'When it began',
  height: 8,
  panels: [
    queueOverTime(8),
    {
      kind: 'graph',
      title: 'Wait in the queue, 99 of 100',
      answers:
        'How long did clients wait, service by service? Only for workers that tell it (those on the SDK).',
      width: 8,
      unit: 's',
      queries: [{ expr: quantile(0.99, 'queue_wait_seconds'), legend: EACH }],
    },
    heldBack(8),
  ],
};

export const OVERVIEW: DashboardSource = {
  uid: 'preforkd-overview',
  title: 'preforkd: overview',
  description: 'Do clients wait, and why? The top row says it; below stands where and since when.',
  span: '30m',
  refresh: '10s',
  file: 'overview.json',
  rows: [IN_FIVE_SECONDS, TABLE, WHEN, WORKERS, MASTER],
};

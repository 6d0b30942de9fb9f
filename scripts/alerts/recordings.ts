// Recording rules: what alerts ask often, and what one wants to keep for longer than the raw series. The dashboards do
// without them, so that they work where these rules are not loaded.

import { imap, master, type Recording } from './alert.ts';

/** Not `requested`, `clean` and `tempfail`: those are ways to end in peace. */
const BADLY = 'reason=~"failure|signal|start-limit|stop-limit|watchdog"';

export const RECORDINGS: readonly Recording[] = [
  {
    name: 'preforkd:queue_length:sum',
    because: 'Clients that wait at a service, over its addresses.',
    expr: 'sum by (job, instance, service) (preforkd_queue_length{kind="service"})',
    story: {
      series: { [imap('queue_length')]: '3 4' },
      at: '1m',
      gives: [{ labels: '{instance="m",job="preforkd",service="imap"}', value: 4 }],
    },
  },
  {
    name: 'preforkd:queue_wait_seconds:p99_5m',
    because: 'How long clients of a service waited: 99 of 100 no longer than this.',
    expr: 'histogram_quantile(0.99, sum by (job, instance, service, le) (rate(preforkd_queue_wait_seconds_bucket[5m])))',
    story: {
      series: {
        [imap('queue_wait_seconds_bucket', 'le="1"')]: '0+0x5',
        [imap('queue_wait_seconds_bucket', 'le="2"')]: '0+60x5',
        [imap('queue_wait_seconds_bucket', 'le="+Inf"')]: '0+60x5',
      },
      at: '5m',
      gives: [{ labels: '{instance="m",job="preforkd",service="imap"}', value: 1.99 }],
    },
  },
  {
    name: 'preforkd:bad_exits:increase5m',
    because: 'Workers of a service that ended badly.',
    expr: `sum by (job, instance, service) (increase(preforkd_exits_total{${BADLY}}[5m]))`,
    story: {
      series: { [imap('exits_total', 'reason="signal"')]: '0+2x10' },
      at: '10m',
      gives: [{ labels: '{instance="m",job="preforkd",service="imap"}', value: 10 }],
    },
  },
  {
    name: 'preforkd:bad_exits:ratio5m',
    because: 'Of all workers of a service that ended, the share that ended badly; nothing when none ended.',
    expr: 'preforkd:bad_exits:increase5m / (sum by (job, instance, service) (increase(preforkd_exits_total[5m])) > 0)',
    story: {
      series: {
        [imap('exits_total', 'reason="signal"')]: '0+1x10',
        [imap('exits_total', 'reason="clean"')]: '0+3x10',
      },
      at: '10m',
      gives: [{ labels: '{instance="m",job="preforkd",service="imap"}', value: 0.25 }],
    },
  },
  {
    name: 'preforkd:supervisor_work:ratio1m',
    because: 'The share of its time that the supervisor works and does not wait.',
    expr: 'sum by (job, instance) (rate(preforkd_turn_seconds_sum[1m]))',
    story: {
      series: { [master('turn_seconds_sum')]: '0+6x5' },
      at: '5m',
      gives: [{ labels: '{instance="m",job="preforkd"}', value: 0.1 }],
    },
  },
];

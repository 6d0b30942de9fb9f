// Alerts about what clients meet: they wait, nobody may be spawned for them, or the kernel turns them away.

import { type Alert, imap, master, OF_IMAP, OF_MASTER } from './alert.ts';

/** Words that name the service of an alert. */
const SERVICE = '{{ $labels.service }} of {{ $labels.instance }}';

export const CLIENT_ALERTS: readonly Alert[] = [
  {
    name: 'PreforkdClientsWaiting',
    expr: 'min_over_time(preforkd_queue_length{kind="service"}[1m]) > 0',
    for: '1m',
    severity: 'critical',
    summary: `Clients wait at ${SERVICE}`,
    description:
      'The accept queue ({{ $labels.family }}) has not been empty for two minutes: at least {{ $value }} clients were waiting all the time.',
    fires: {
      series: { [imap('queue_length')]: '0 4 7 5 5 5' },
      at: '5m',
      labels: OF_IMAP,
      summary: 'Clients wait at imap of m',
      description:
        'The accept queue (ipv4) has not been empty for two minutes: at least 5 clients were waiting all the time.',
    },
    silent: { series: { [imap('queue_length')]: '9 0 9 0 9 0' }, at: '5m' },
  },
  {
    name: 'PreforkdQueueNearlyFull',
    expr: 'preforkd_queue_length{kind="service"} / (preforkd_queue_limit > 0) > 0.8',
    for: '0s',
    severity: 'critical',
    summary: `The accept queue of ${SERVICE} is nearly full`,
    description:
      '{{ $value | humanizePercentage }} of the places ({{ $labels.family }}) are taken. Beyond the last one the kernel turns clients away.',
    fires: {
      series: { [imap('queue_length')]: '0 90', [imap('queue_limit')]: '100 100' },
      at: '1m',
      labels: OF_IMAP,
      summary: 'The accept queue of imap of m is nearly full',
      description: '90% of the places (ipv4) are taken. Beyond the last one the kernel turns clients away.',
    },
    silent: { series: { [imap('queue_length')]: '0 80', [imap('queue_limit')]: '100 100' }, at: '1m' },
  },
  {
    name: 'PreforkdAtMaxchild',
    // With prefork = maxchild a service is there for ever, and well: it matters only when nobody is free.
    expr: 'rate(preforkd_at_maxchild_seconds_total{kind="service"}[1m]) > 0.8 and preforkd_ready_workers == 0',
    for: '4m',
    severity: 'warning',
    summary: `${SERVICE} is at maxchild, and no worker is free`,
    description:
      'For five minutes as many workers lived as maxchild allows ({{ $labels.family }}), for {{ $value | humanizePercentage }} of the last one. The next client waits.',
    fires: {
      series: { [imap('at_maxchild_seconds_total')]: '0+15x40', [imap('ready_workers')]: '0x40' },
      interval: '15s',
      at: '6m',
      labels: OF_IMAP,
      summary: 'imap of m is at maxchild, and no worker is free',
      description:
        'For five minutes as many workers lived as maxchild allows (ipv4), for 100% of the last one. The next client waits.',
    },
    silent: {
      series: { [imap('at_maxchild_seconds_total')]: '0+15x40', [imap('ready_workers')]: '2x40' },
      interval: '15s',
      at: '6m',
    },
  },
  {
    name: 'PreforkdConnectionsDropped',
    expr: 'increase(preforkd_listen_drops_total[5m]) > 0',
    for: '0s',
    severity: 'critical',
    summary: 'The kernel turns clients away on {{ $labels.instance }}',
    description:
      '{{ $value | humanize }} connections were dropped in five minutes, most likely because an accept queue was full (this counts the whole network namespace).',
    fires: {
      series: { [master('listen_drops_total')]: '0 0 0 0 8 8' },
      at: '5m',
      labels: OF_MASTER,
      summary: 'The kernel turns clients away on m',
      description:
        '8 connections were dropped in five minutes, most likely because an accept queue was full (this counts the whole network namespace).',
    },
    silent: { series: { [master('listen_drops_total')]: '8x5' }, at: '5m' },
  },
];

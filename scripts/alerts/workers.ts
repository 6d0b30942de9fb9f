// Alerts about workers and jobs: they die, cannot be started, or events fail and stay away.

import { type Alert, imap, master, OF_IMAP, OF_MASTER } from './alert.ts';

const SERVICE = '{{ $labels.service }} of {{ $labels.instance }}';

export const WORKER_ALERTS: readonly Alert[] = [
  {
    name: 'PreforkdBreakerOpen',
    expr: 'preforkd_breaker_state > 0',
    for: '30s',
    severity: 'critical',
    summary: `${SERVICE} is given up: its workers died before they served anybody`,
    description:
      'The breaker is in state {{ $value }} (1: one worker is tried, 2: open, 3: off until the next reload). New clients are not served.',
    fires: {
      series: { [imap('breaker_state')]: '0 2 1 2 2' },
      at: '4m',
      labels: OF_IMAP,
      summary: 'imap of m is given up: its workers died before they served anybody',
      description:
        'The breaker is in state 2 (1: one worker is tried, 2: open, 3: off until the next reload). New clients are not served.',
    },
    silent: { series: { [imap('breaker_state')]: '0 2 0 0 0' }, at: '4m' },
  },
  {
    name: 'PreforkdCrashLoop',
    expr: 'preforkd:bad_exits:increase5m >= 5 and on (job, instance, service) preforkd:bad_exits:ratio5m > 0.5',
    for: '0s',
    severity: 'warning',
    summary: `Workers of ${SERVICE} keep dying`,
    description:
      '{{ $value | humanize }} workers ended badly in five minutes, more than half of all that ended: they crash, are killed, or do not come up.',
    fires: {
      series: {
        [imap('exits_total', 'reason="signal"')]: '0+4x10',
        [imap('exits_total', 'reason="clean"')]: '0+1x10',
      },
      at: '10m',
      labels: { instance: 'm', job: 'preforkd', service: 'imap' },
      summary: 'Workers of imap of m keep dying',
      description:
        '20 workers ended badly in five minutes, more than half of all that ended: they crash, are killed, or do not come up.',
    },
    silent: {
      series: {
        [imap('exits_total', 'reason="signal"')]: '0+1x10',
        [imap('exits_total', 'reason="clean"')]: '0+50x10',
      },
      at: '10m',
    },
  },
  {
    name: 'PreforkdSpawnFails',
    expr: 'increase(preforkd_spawn_failures_total[5m]) > 0',
    for: '0s',
    severity: 'critical',
    summary: `Workers of ${SERVICE} cannot be started`,
    description:
      '{{ $value | humanize }} starts failed in five minutes: the program cannot be executed, or the machine has no room for processes.',
    fires: {
      series: { [imap('spawn_failures_total')]: '0 0 0 0 2 2' },
      at: '5m',
      labels: OF_IMAP,
      summary: 'Workers of imap of m cannot be started',
      description:
        '2 starts failed in five minutes: the program cannot be executed, or the machine has no room for processes.',
    },
    silent: { series: { [imap('spawn_failures_total')]: '2x5' }, at: '5m' },
  },
  {
    name: 'PreforkdEventFailed',
    expr: 'increase(preforkd_event_failures_total[15m]) > 0',
    for: '0s',
    severity: 'warning',
    summary: 'Event {{ $labels.event }} of {{ $labels.instance }} fails',
    description: '{{ $value | humanize }} runs failed in fifteen minutes.',
    fires: {
      series: { [master('event_failures_total', 'event="purge"')]: '0x10 1x5' },
      at: '15m',
      labels: { ...OF_MASTER, event: 'purge' },
      summary: 'Event purge of m fails',
      description: '1 runs failed in fifteen minutes.',
    },
    silent: { series: { [master('event_failures_total', 'event="purge"')]: '3x15' }, at: '15m' },
  },
  {
    name: 'PreforkdEventOverdue',
    expr: 'time() - (preforkd_event_next_due_timestamp_seconds > 0) > 300',
    for: '0s',
    severity: 'warning',
    summary: 'Event {{ $labels.event }} of {{ $labels.instance }} is overdue',
    description: 'It should have been started {{ $value | humanizeDuration }} ago.',
    empty: 'the supervisor starts what is due',
    fires: {
      series: { [master('event_next_due_timestamp_seconds', 'event="purge"')]: '60x10' },
      at: '10m',
      labels: { ...OF_MASTER, event: 'purge' },
      summary: 'Event purge of m is overdue',
      description: 'It should have been started 9m 0s ago.',
    },
    silent: {
      series: { [master('event_next_due_timestamp_seconds', 'event="purge"')]: '660x10' },
      at: '10m',
    },
  },
  {
    name: 'PreforkdEventSkipped',
    expr: 'increase(preforkd_event_skips_total[1h]) > 0',
    for: '0s',
    severity: 'warning',
    summary: 'Event {{ $labels.event }} of {{ $labels.instance }} takes longer than its period',
    description:
      '{{ $value | humanize }} runs were left out in the last hour, because the one before had not ended.',
    fires: {
      series: { [master('event_skips_total', 'event="purge"')]: '0x30 2x30' },
      at: '1h',
      labels: { ...OF_MASTER, event: 'purge' },
      summary: 'Event purge of m takes longer than its period',
      description: '2 runs were left out in the last hour, because the one before had not ended.',
    },
    silent: { series: { [master('event_skips_total', 'event="purge"')]: '4x60' }, at: '1h' },
  },
];

// Alerts about the master itself: it cannot be reached, stands still, is driven by signals, contradicts the kernel, or
// was given a configuration that it refused.

import { type Alert, master, OF_MASTER } from './alert.ts';

const MASTER = '{{ $labels.instance }}';

export const MASTER_ALERTS: readonly Alert[] = [
  {
    name: 'PreforkdTargetDown',
    expr: 'up{job="preforkd"} == 0',
    for: '1m',
    severity: 'critical',
    summary: `No metrics of ${MASTER}`,
    description:
      'Prometheus cannot scrape it: the master has ended, its plane hangs, or the network is in between. Workers may still serve.',
    empty: 'the master is there',
    fires: {
      series: { 'up{instance="m",job="preforkd"}': '1 0 0 0' },
      at: '3m',
      labels: OF_MASTER,
      summary: 'No metrics of m',
      description:
        'Prometheus cannot scrape it: the master has ended, its plane hangs, or the network is in between. Workers may still serve.',
    },
    silent: { series: { 'up{instance="m",job="preforkd"}': '1 0 1 1' }, at: '3m' },
  },
  {
    name: 'PreforkdTurnStalled',
    expr: 'preforkd_scoreboard_age_seconds > 10 or (preforkd_scoreboard_age_seconds and on (job, instance) preforkd_turn_stalled == 1)',
    for: '0s',
    severity: 'critical',
    summary: `The supervisor of ${MASTER} stands still`,
    description:
      'No turn has been completed for {{ $value | humanizeDuration }}. Nobody is spawned and nobody reaped.',
    empty: 'the supervisor goes on through the storm, which is the point of it',
    fires: {
      series: { [master('scoreboard_age_seconds')]: '1 9', [master('turn_stalled')]: '0 1' },
      at: '1m',
      labels: OF_MASTER,
      summary: 'The supervisor of m stands still',
      description: 'No turn has been completed for 9s. Nobody is spawned and nobody reaped.',
    },
    silent: {
      series: { [master('scoreboard_age_seconds')]: '1 9', [master('turn_stalled')]: '0 0' },
      at: '1m',
    },
  },
  {
    name: 'PreforkdInterruptions',
    expr: 'rate(preforkd_interruptions_total[2m]) > 100 or (rate(preforkd_interruptions_total[2m]) and rate(preforkd_polls_given_up_total[2m]) > 0)',
    for: '1m',
    severity: 'warning',
    summary: `Signals rain on the supervisor of ${MASTER}`,
    description:
      'Its wait is interrupted {{ $value | humanize }} times a second. Clients are still served, but somebody sends signals for no good reason.',
    fires: {
      series: { [master('interruptions_total')]: '0+120000x5' },
      at: '5m',
      labels: OF_MASTER,
      summary: 'Signals rain on the supervisor of m',
      description:
        'Its wait is interrupted 2k times a second. Clients are still served, but somebody sends signals for no good reason.',
    },
    silent: { series: { [master('interruptions_total')]: '0+600x5' }, at: '5m' },
  },
  {
    name: 'PreforkdAccountingDrift',
    expr: 'increase(preforkd_accounting_drift_total[15m]) > 0',
    for: '0s',
    severity: 'critical',
    summary: `The ledger of ${MASTER} disagreed with the kernel`,
    description:
      'In fifteen minutes the self-audit put {{ $value | humanize }} workers right. This is a bug of preforkd.',
    empty: 'it must stay 0',
    fires: {
      series: { [master('accounting_drift_total')]: '0x10 3x5' },
      at: '15m',
      labels: OF_MASTER,
      summary: 'The ledger of m disagreed with the kernel',
      description: 'In fifteen minutes the self-audit put 3 workers right. This is a bug of preforkd.',
    },
    silent: { series: { [master('accounting_drift_total')]: '3x15' }, at: '15m' },
  },
  {
    name: 'PreforkdReloadRefused',
    expr: 'preforkd_config_last_reload_successful == 0',
    for: '0s',
    severity: 'warning',
    summary: `The configuration of ${MASTER} was refused`,
    description:
      'The last reload was refused and the old configuration goes on. The next start of the master would fail.',
    fires: {
      series: { [master('config_last_reload_successful')]: '1 0' },
      at: '1m',
      labels: OF_MASTER,
      summary: 'The configuration of m was refused',
      description:
        'The last reload was refused and the old configuration goes on. The next start of the master would fail.',
    },
    silent: { series: { [master('config_last_reload_successful')]: '0 1' }, at: '1m' },
  },
  {
    name: 'PreforkdRestarted',
    expr: 'changes(process_start_time_seconds[15m]) > 0 and on (job, instance) preforkd_build_info',
    for: '0s',
    severity: 'warning',
    summary: `The master of ${MASTER} was started again`,
    description:
      '{{ $value }} times in fifteen minutes. When nobody did it, it has crashed (exit code 70), or the machine has.',
    empty: 'the master goes on through the storm',
    fires: {
      series: {
        'process_start_time_seconds{instance="m",job="preforkd"}': '100x8 900x7',
        [master('build_info', 'version="1"')]: '1x15',
      },
      at: '15m',
      labels: OF_MASTER,
      summary: 'The master of m was started again',
      description:
        '1 times in fifteen minutes. When nobody did it, it has crashed (exit code 70), or the machine has.',
    },
    silent: {
      series: {
        'process_start_time_seconds{instance="m",job="preforkd"}': '100x15',
        [master('build_info', 'version="1"')]: '1x15',
      },
      at: '15m',
    },
  },
  {
    name: 'PreforkdOwnErrors',
    expr: 'increase(preforkd_plane_errors_total[15m]) + increase(preforkd_log_troubles_total[15m]) > 0',
    for: '0s',
    severity: 'warning',
    summary: `${MASTER} has trouble of its own`,
    description:
      '{{ $value | humanize }} errors of its own, or log lines that could not be written, in fifteen minutes. Supervision goes on.',
    empty: 'it must stay 0',
    fires: {
      series: { [master('log_troubles_total')]: '0x10 6x5', [master('plane_errors_total')]: '0x15' },
      at: '15m',
      labels: OF_MASTER,
      summary: 'm has trouble of its own',
      description:
        '6 errors of its own, or log lines that could not be written, in fifteen minutes. Supervision goes on.',
    },
    silent: {
      series: { [master('log_troubles_total')]: '6x15', [master('plane_errors_total')]: '0x15' },
      at: '15m',
    },
  },
];

// The metrics of the master itself: its loop, its EVENTS and reloads, its process. Part of the catalog
// (catalog.ts). The process metrics have the names that Prometheus reserves for them, hence no prefix.

import type { MetricDefinition } from './catalog.ts';

export const MASTER_CATALOG: readonly MetricDefinition[] = [
  {
    name: 'preforkd_turn_seconds',
    type: 'histogram',
    help: 'Time of one turn of the supervisor, without the wait in poll.',
    labels: [],
    from: { of: 'turn' },
  },
  {
    name: 'preforkd_stage_seconds',
    type: 'histogram',
    help: 'Time of each stage of a turn; for poll, the wait.',
    labels: ['stage'],
    from: { of: 'stages' },
  },
  {
    name: 'preforkd_turns_total',
    type: 'counter',
    help: 'Turns of the supervisor.',
    labels: [],
    from: { of: 'master', field: 'turns' },
  },
  {
    name: 'preforkd_interruptions_total',
    type: 'counter',
    help: 'Times that a signal interrupted poll.',
    labels: [],
    from: { of: 'master', field: 'interruptions' },
  },
  {
    name: 'preforkd_polls_given_up_total',
    type: 'counter',
    help: 'Turns that went on without an answer of poll, after repeated interruptions.',
    labels: [],
    from: { of: 'master', field: 'pollGivenUp' },
  },
  {
    name: 'preforkd_accounting_drift_total',
    type: 'counter',
    help: 'Workers whose state disagreed with the kernel at the self-audit. Must stay 0.',
    labels: [],
    from: { of: 'master', field: 'drift' },
  },
  {
    name: 'preforkd_processes',
    type: 'gauge',
    help: 'Processes that the master has started and not yet reaped: workers, daemons and jobs.',
    labels: [],
    from: { of: 'master', field: 'workers' },
  },
  {
    name: 'preforkd_start_cap_workers',
    type: 'gauge',
    help: 'Workers that may be starting at the same time, now.',
    labels: [],
    from: { of: 'master', field: 'startCap' },
  },
  {
    name: 'preforkd_event_runs_total',
    type: 'counter',
    help: 'Runs of EVENTS that were started.',
    labels: [],
    from: { of: 'master', field: 'eventRuns' },
  },
  {
    name: 'preforkd_event_failures_total',
    type: 'counter',
    help: 'Runs of EVENTS that failed.',
    labels: [],
    from: { of: 'master', field: 'eventFailures' },
  },
  {
    name: 'preforkd_event_skips_total',
    type: 'counter',
    help: 'Runs of EVENTS that were due and skipped.',
    labels: [],
    from: { of: 'master', field: 'eventSkips' },
  },
  {
    name: 'preforkd_reloads_total',
    type: 'counter',
    help: 'Reloads that took effect.',
    labels: [],
    from: { of: 'master', field: 'reloads' },
  },
];

/** Numbers that the plane itself knows. */
export type PlaneValue =
  | 'reloads-refused'
  | 'scoreboard-age'
  | 'log-troubles'
  | 'plane-errors'
  | 'build-info'
  | 'cpu'
  | 'resident-memory'
  | 'open-fds'
  | 'start-time';

const plane = (
  name: string,
  type: 'gauge' | 'counter',
  value: PlaneValue,
  help: string,
): MetricDefinition => ({
  name,
  type,
  help,
  labels: value === 'build-info' ? ['version', 'node'] : [],
  from: { of: 'plane', value },
});

export const PLANE_CATALOG: readonly MetricDefinition[] = [
  plane(
    'preforkd_reloads_refused_total',
    'counter',
    'reloads-refused',
    'Reloads that were refused; the old configuration went on.',
  ),
  plane(
    'preforkd_scoreboard_age_seconds',
    'gauge',
    'scoreboard-age',
    'Since the last turn of the supervisor.',
  ),
  plane(
    'preforkd_log_troubles_total',
    'counter',
    'log-troubles',
    'Log writes that failed (a full disk, a closed pipe).',
  ),
  plane(
    'preforkd_plane_errors_total',
    'counter',
    'plane-errors',
    'Errors of our own outside the supervisor. Must stay 0.',
  ),
  plane(
    'preforkd_build_info',
    'gauge',
    'build-info',
    'Always 1; the labels say which version runs on which Node.',
  ),
  plane(
    'process_cpu_seconds_total',
    'counter',
    'cpu',
    'CPU time of the master, user and system, all threads.',
  ),
  plane('process_resident_memory_bytes', 'gauge', 'resident-memory', 'Resident memory of the master.'),
  plane('process_open_fds', 'gauge', 'open-fds', 'Open file descriptors of the master.'),
  plane(
    'process_start_time_seconds',
    'gauge',
    'start-time',
    'When the master started, in seconds since 1970.',
  ),
];

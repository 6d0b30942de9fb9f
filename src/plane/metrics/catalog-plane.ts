// The metrics that the plane itself knows: results of reloads, the age of the scoreboard, the kernel's counters of full
// queues, its process. Part of the catalog (catalog.ts). The process metrics have the names that Prometheus reserves for
// them, hence no prefix.

import { counter, gauge, type MetricDefinition, type PlaneValue, type Source } from './definition.ts';

const known = (value: PlaneValue): Source => ({ of: 'plane', value });

const OF_THE_MASTER: readonly MetricDefinition[] = [
  counter(
    'preforkd_reloads_refused_total',
    'times',
    [],
    known('reloads-refused'),
    'Reloads that were refused; the old configuration went on.',
  ),
  gauge(
    'preforkd_config_last_reload_successful',
    'state',
    [],
    known('last-reload-successful'),
    'Whether the last reload took effect: 1 or 0; 1 before the first.',
  ),
  gauge(
    'preforkd_config_last_reload_success_timestamp_seconds',
    'seconds',
    [],
    known('last-reload-success'),
    'When a configuration last took effect, in seconds since 1970: by a reload, or at the start.',
  ),
  gauge(
    'preforkd_scoreboard_age_seconds',
    'seconds',
    [],
    known('scoreboard-age'),
    'Since the last turn of the supervisor.',
  ),
  gauge(
    'preforkd_turn_stalled',
    'state',
    [],
    known('turn-stalled'),
    'Whether no turn was completed for the time of `watchdog limit=`: 1 or 0.',
  ),
  counter(
    'preforkd_listen_overflows_total',
    'connections',
    [],
    known('listen-overflows'),
    'Connections that found an accept queue full, of the whole network namespace (TcpExt ListenOverflows).',
  ),
  counter(
    'preforkd_listen_drops_total',
    'connections',
    [],
    known('listen-drops'),
    'Connections that listening sockets dropped for any reason, full queues included, of the whole network namespace (TcpExt ListenDrops).',
  ),
  counter(
    'preforkd_log_troubles_total',
    'times',
    [],
    known('log-troubles'),
    'Log writes that failed (a full disk, a closed pipe).',
  ),
  counter(
    'preforkd_plane_errors_total',
    'times',
    [],
    known('plane-errors'),
    'Errors of our own outside the supervisor. Must stay 0.',
  ),
  gauge(
    'preforkd_build_info',
    'state',
    ['version', 'node'],
    known('build-info'),
    'Always 1; the labels say which version runs on which Node.',
  ),
];

const OF_ITS_PROCESS: readonly MetricDefinition[] = [
  counter(
    'process_cpu_seconds_total',
    'seconds',
    [],
    known('cpu'),
    'CPU time of the master, user and system, all threads.',
  ),
  gauge(
    'process_resident_memory_bytes',
    'bytes',
    [],
    known('resident-memory'),
    'Resident memory of the master.',
  ),
  gauge('process_open_fds', 'descriptors', [], known('open-fds'), 'Open file descriptors of the master.'),
  gauge(
    'process_start_time_seconds',
    'seconds',
    [],
    known('start-time'),
    'When the master started, in seconds since 1970.',
  ),
];

export const PLANE_CATALOG: readonly MetricDefinition[] = [...OF_THE_MASTER, ...OF_ITS_PROCESS];

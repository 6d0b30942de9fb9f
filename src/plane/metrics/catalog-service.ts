// The metrics of services and daemons: one series per address. Part of the catalog (catalog.ts).

import type { ServiceScalar } from '../../thread/scoreboard.ts';
import { counter, gauge, type MetricDefinition, type Source, SUBJECT } from './definition.ts';

const at = (field: ServiceScalar): Source => ({ of: 'service', field });

const GAUGES: readonly MetricDefinition[] = [
  gauge(
    'preforkd_ready_workers',
    'workers',
    SUBJECT,
    at('ready'),
    'Workers that may take a connection, those still starting included.',
  ),
  gauge(
    'preforkd_starting_workers',
    'workers',
    SUBJECT,
    at('starting'),
    'Workers that were spawned and have not spoken yet.',
  ),
  gauge(
    'preforkd_busy_workers',
    'workers',
    SUBJECT,
    at('busy'),
    'Workers that serve a client and take no other.',
  ),
  gauge('preforkd_draining_workers', 'workers', SUBJECT, at('draining'), 'Workers that were told to finish.'),
  gauge(
    'preforkd_active_workers',
    'workers',
    SUBJECT,
    at('active'),
    'Workers that are alive, in whatever state.',
  ),
  gauge(
    'preforkd_queue_length',
    'connections',
    SUBJECT,
    at('queue'),
    'Connections that wait in the accept queue of the kernel, as last read.',
  ),
  gauge(
    'preforkd_queue_limit',
    'connections',
    SUBJECT,
    at('queueLimit'),
    'Connections that the accept queue can hold (the backlog that the kernel granted).',
  ),
  gauge(
    'preforkd_prefork_workers',
    'workers',
    SUBJECT,
    at('prefork'),
    'Ready workers to keep (prefork=), after any scaling.',
  ),
  gauge(
    'preforkd_maxchild_workers',
    'workers',
    SUBJECT,
    at('maxchild'),
    'Workers at most (maxchild=), after any scaling; +Inf: unlimited.',
  ),
  gauge(
    'preforkd_breaker_state',
    'state',
    SUBJECT,
    at('breaker'),
    'The circuit breaker: 0 closed, 1 one worker is tried, 2 open, 3 off until the next reload.',
  ),
];

const COUNTERS: readonly MetricDefinition[] = [
  counter('preforkd_spawns_total', 'workers', SUBJECT, at('spawns'), 'Workers spawned.'),
  counter(
    'preforkd_spawn_failures_total',
    'workers',
    SUBJECT,
    at('spawnFailures'),
    'Workers that could not be spawned (fork, exec or preparation failed).',
  ),
  counter(
    'preforkd_exits_total',
    'workers',
    [...SUBJECT, 'reason'],
    { of: 'service-exits' },
    'Workers that ended, by how.',
  ),
  counter(
    'preforkd_connections_total',
    'connections',
    SUBJECT,
    at('connections'),
    'Connections that workers reported (or that the master handed over).',
  ),
  counter(
    'preforkd_spawn_blocked_total',
    'times',
    [...SUBJECT, 'constraint'],
    { of: 'service-blocked' },
    'Passes of the spawn policy that a constraint held back, by constraint.',
  ),
  counter(
    'preforkd_spawn_blocked_seconds_total',
    'seconds',
    [...SUBJECT, 'constraint'],
    { of: 'service-blocked-seconds' },
    'How long a constraint kept workers from being spawned that were needed, by constraint.',
  ),
  counter(
    'preforkd_at_maxchild_seconds_total',
    'seconds',
    SUBJECT,
    at('atMaxchildSeconds'),
    'How long as many workers lived as maxchild= allows, whether more were needed or not. Of a daemon: 0.',
  ),
  counter(
    'preforkd_messages_bad_total',
    'messages',
    SUBJECT,
    at('messagesBad'),
    'Status messages that were wrong and not believed.',
  ),
  counter(
    'preforkd_breaker_openings_total',
    'times',
    SUBJECT,
    at('breakerOpenings'),
    'Times that the circuit breaker opened.',
  ),
  counter(
    'preforkd_output_dropped_lines_total',
    'lines',
    SUBJECT,
    at('outputDropped'),
    'Lines of worker output that were not taken over, because there were too many.',
  ),
];

export const SERVICE_CATALOG: readonly MetricDefinition[] = [...GAUGES, ...COUNTERS];

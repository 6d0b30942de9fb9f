// The metrics of the master itself: its loop, its reloads, its EVENTS (one series each). Part of the catalog (catalog.ts).

import type { EventScalar, MasterScalar } from '../../thread/scoreboard.ts';
import { counter, gauge, histogram, type MetricDefinition, type Source } from './definition.ts';

const at = (field: MasterScalar): Source => ({ of: 'master', field });
const of = (field: EventScalar): Source => ({ of: 'event', field });

export const MASTER_CATALOG: readonly MetricDefinition[] = [
  histogram(
    'preforkd_turn_seconds',
    'seconds',
    [],
    { of: 'turn' },
    'Time of one turn of the supervisor, without the wait in poll.',
  ),
  histogram(
    'preforkd_stage_seconds',
    'seconds',
    ['stage'],
    { of: 'stages' },
    'Time of each stage of a turn; for poll, the wait.',
  ),
  counter('preforkd_turns_total', 'times', [], at('turns'), 'Turns of the supervisor.'),
  counter(
    'preforkd_interruptions_total',
    'times',
    [],
    at('interruptions'),
    'Times that a signal interrupted poll.',
  ),
  counter(
    'preforkd_polls_given_up_total',
    'times',
    [],
    at('pollGivenUp'),
    'Turns that went on without an answer of poll, after repeated interruptions.',
  ),
  counter(
    'preforkd_accounting_drift_total',
    'workers',
    [],
    at('drift'),
    'Workers whose state disagreed with the kernel at the self-audit. Must stay 0.',
  ),
  gauge(
    'preforkd_processes',
    'workers',
    [],
    at('workers'),
    'Processes that the master has started and not yet reaped: workers, daemons and jobs.',
  ),
  gauge(
    'preforkd_start_cap_workers',
    'workers',
    [],
    at('startCap'),
    'Workers that may be starting at the same time, now.',
  ),
  counter('preforkd_reloads_total', 'times', [], at('reloads'), 'Reloads that took effect.'),
];

export const EVENT_CATALOG: readonly MetricDefinition[] = [
  counter('preforkd_event_runs_total', 'runs', ['event'], of('runs'), 'Runs that were started.'),
  counter('preforkd_event_failures_total', 'runs', ['event'], of('failures'), 'Runs that failed.'),
  counter(
    'preforkd_event_skips_total',
    'runs',
    ['event'],
    of('skips'),
    'Runs that were due and skipped, because the last was still going on.',
  ),
  counter(
    'preforkd_event_duration_seconds_total',
    'seconds',
    ['event'],
    of('durationSeconds'),
    'How long all runs that have ended took together.',
  ),
  gauge('preforkd_event_running', 'runs', ['event'], of('running'), 'Runs that are going on.'),
  gauge(
    'preforkd_event_last_success_timestamp_seconds',
    'seconds',
    ['event'],
    of('lastSuccess'),
    'When a run last ended with exit 0, in seconds since 1970; 0: none has under this master.',
  ),
  gauge(
    'preforkd_event_next_due_timestamp_seconds',
    'seconds',
    ['event'],
    of('nextDue'),
    'When the next run is due, in seconds since 1970; +Inf: never, or the master is stopping.',
  ),
];

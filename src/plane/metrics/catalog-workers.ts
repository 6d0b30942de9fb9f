// The metrics of services and daemons that come from their workers' lives and from samples of them: one series per
// address, never one per worker. Part of the catalog (catalog.ts).

import type { Usage } from '../worker-usage.ts';
import {
  gauge,
  histogram,
  type MetricDefinition,
  type ServiceHistogram,
  type Source,
  SUBJECT,
} from './definition.ts';

const times = (what: ServiceHistogram): Source => ({ of: 'service-histogram', histogram: what });
const sampled = (field: keyof Usage): Source => ({ of: 'usage', field });

const TIMES: readonly MetricDefinition[] = [
  histogram(
    'preforkd_startup_seconds',
    'seconds',
    SUBJECT,
    times('startup'),
    'From spawn to the first message of a worker.',
  ),
  histogram(
    'preforkd_session_seconds',
    'seconds',
    SUBJECT,
    times('session'),
    'How long workers were busy at a stretch, to their next word or their exit; with clientlimit= over 1, how long they were full.',
  ),
  histogram(
    'preforkd_queue_wait_seconds',
    'seconds',
    SUBJECT,
    times('queue-wait'),
    'How long clients were queued before a worker took them: since their last word, which is the end of the handshake where the server speaks first. From workers of our SDK, TCP only.',
  ),
];

const SAMPLED: readonly MetricDefinition[] = [
  gauge(
    'preforkd_workers_cpu_cores',
    'cores',
    SUBJECT,
    sampled('cpuCores'),
    'Processors in use by all workers together, since the sample before.',
  ),
  gauge(
    'preforkd_worker_cpu_max_cores',
    'cores',
    SUBJECT,
    sampled('cpuMaxCores'),
    'Processors in use by the worker that uses the most.',
  ),
  gauge(
    'preforkd_workers_memory_bytes',
    'bytes',
    SUBJECT,
    sampled('memoryBytes'),
    'Resident memory of all workers together; pages that they share are counted for each.',
  ),
  gauge(
    'preforkd_worker_memory_max_bytes',
    'bytes',
    SUBJECT,
    sampled('memoryMaxBytes'),
    'Resident memory of the worker that has the most.',
  ),
  gauge(
    'preforkd_lock_waiting_workers',
    'workers',
    SUBJECT,
    sampled('lockWaiting'),
    'Workers that wait for a file lock (fcntl or flock).',
  ),
];

export const WORKER_CATALOG: readonly MetricDefinition[] = [...TIMES, ...SAMPLED];

// The scoreboard's layout: which number of which service or event stands where. The core writes through a plain
// Float64Array, the thread puts a SharedArrayBuffer under it, the plane reads it at scrape time.
// One writer, the supervisor thread; nothing is allocated after the start. A service or event that is removed frees its
// slot; the plane learns slots from the facts `slot-taken` and `slot-freed`.

export const STAGES = [
  'poll',
  'messages',
  'reap',
  'commands',
  'schedule',
  'spawn',
  'interest',
  'publish',
  'invariants',
] as const;
export type Stage = (typeof STAGES)[number];

/** Why fewer workers are spawned than needed; `none`: nothing stands in the way. */
export const CONSTRAINTS = [
  'none',
  'maxchild',
  'start-cap',
  'share',
  'fork-rate',
  'fork-failed',
  'released',
  'breaker-open',
  'breaker-probe',
  'paused',
  'disabled',
  'stopping',
] as const;
export type Constraint = (typeof CONSTRAINTS)[number];

/** How a worker ended. */
export const EXIT_REASONS = [
  'clean',
  'tempfail',
  'failure',
  'signal',
  'start-limit',
  'stop-limit',
  'time-limit',
  'watchdog',
  'requested',
] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

/** Upper bounds in seconds; a last bucket without bound follows. */
export const STARTUP_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
export const TURN_BUCKETS = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 10,
] as const;
/** From a web request to a mail client that stays for the day. */
export const SESSION_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800, 3_600, 21_600] as const;
/** The kernel tells it to the millisecond, in steps of its own tick (4 ms with HZ=250). */
export const QUEUE_WAIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

const SERVICE_SCALARS = [
  'starting',
  'ready',
  'busy',
  'draining',
  'active',
  'queue',
  'queueLimit',
  'prefork',
  'maxchild',
  'breaker',
  'constraint',
  'spawns',
  'spawnFailures',
  'connections',
  'messagesBad',
  'breakerOpenings',
  'outputDropped',
  'atMaxchildSeconds',
] as const;
/** Of an event. Seconds; the two moments in seconds since 1970. */
const EVENT_SCALARS = [
  'runs',
  'failures',
  'skips',
  'running',
  'durationSeconds',
  'lastSuccess',
  'nextDue',
] as const;
const MASTER_SCALARS = [
  'turns',
  'interruptions',
  'pollGivenUp',
  'drift',
  'workers',
  'startCap',
  'reloads',
  'reloadsRefused',
  'lastTurnAt',
  'phase',
] as const;

export type ServiceScalar = (typeof SERVICE_SCALARS)[number];
export type EventScalar = (typeof EVENT_SCALARS)[number];
export type MasterScalar = (typeof MASTER_SCALARS)[number];

function positions<const Names extends readonly string[]>(names: Names): Record<Names[number], number> {
  return Object.fromEntries(names.map((name, index) => [name, index])) as Record<Names[number], number>;
}

/** A histogram takes its buckets, the unbounded one, and the sum of what was observed. */
const histogramLength = (buckets: readonly number[]) => buckets.length + 2;

export const SERVICE_FIELD = positions(SERVICE_SCALARS);
const EXITS_AT = SERVICE_SCALARS.length;
const BLOCKED_AT = EXITS_AT + EXIT_REASONS.length;
const BLOCKED_SECONDS_AT = BLOCKED_AT + CONSTRAINTS.length;
const STARTUP_AT = BLOCKED_SECONDS_AT + CONSTRAINTS.length;
const SESSION_AT = STARTUP_AT + histogramLength(STARTUP_BUCKETS);
const QUEUE_WAIT_AT = SESSION_AT + histogramLength(SESSION_BUCKETS);
/** Of a slot. An event takes the first few places of one. */
export const SERVICE_LENGTH = QUEUE_WAIT_AT + histogramLength(QUEUE_WAIT_BUCKETS);

export const EVENT_FIELD = positions(EVENT_SCALARS);

export const MASTER_FIELD = positions(MASTER_SCALARS);
const TURN_AT = MASTER_SCALARS.length;
const STAGES_AT = TURN_AT + histogramLength(TURN_BUCKETS);
export const MASTER_LENGTH = STAGES_AT + STAGES.length * histogramLength(TURN_BUCKETS);

/** Services (one per address), daemons and events that fit on the board. */
export const SLOTS_MAX = 1024;
export const BOARD_LENGTH = MASTER_LENGTH + SLOTS_MAX * SERVICE_LENGTH;

export const exitField = (reason: ExitReason): number => EXITS_AT + EXIT_REASONS.indexOf(reason);
export const blockedField = (constraint: Constraint): number => BLOCKED_AT + CONSTRAINTS.indexOf(constraint);
export const blockedSecondsField = (constraint: Constraint): number =>
  BLOCKED_SECONDS_AT + CONSTRAINTS.indexOf(constraint);
export const startupField = STARTUP_AT;
export const sessionField = SESSION_AT;
export const queueWaitField = QUEUE_WAIT_AT;
export const turnField = TURN_AT;
export const stageField = (stage: Stage): number =>
  STAGES_AT + STAGES.indexOf(stage) * histogramLength(TURN_BUCKETS);

/** How much of the board is in use when so many slots have been. */
export function usedLength(slotsUsed: number): number {
  return MASTER_LENGTH + slotsUsed * SERVICE_LENGTH;
}

/** The part of the board that belongs to a slot, of a service or daemon (SERVICE_FIELD) or an event (EVENT_FIELD). */
export function serviceView(board: Float64Array, slot: number): Float64Array {
  const start = MASTER_LENGTH + slot * SERVICE_LENGTH;
  return board.subarray(start, start + SERVICE_LENGTH);
}

export function masterView(board: Float64Array): Float64Array {
  return board.subarray(0, MASTER_LENGTH);
}

/** Counts `seconds` in the histogram that starts at `field`: its bucket (not cumulative), and the sum. */
export function observe(
  view: Float64Array,
  field: number,
  buckets: readonly number[],
  seconds: number,
): void {
  let bucket = 0;
  while (bucket < buckets.length && seconds > (buckets[bucket] as number)) bucket += 1;
  add(view, field + bucket, 1);
  add(view, field + buckets.length + 1, seconds);
}

export function add(view: Float64Array, field: number, amount: number): void {
  view[field] = (view[field] ?? 0) + amount;
}

// The scoreboard's layout: which number of which service stands where. The core writes through a plain
// Float64Array, the thread puts a SharedArrayBuffer under it, the plane reads it at scrape time.
// One writer, the supervisor thread; nothing is allocated after the start.
// A service that is removed frees its slot; the plane learns slots from the facts `slotTaken` and `slotFreed`.

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
] as const;
const MASTER_SCALARS = [
  'turns',
  'interruptions',
  'pollGivenUp',
  'drift',
  'workers',
  'startCap',
  'eventRuns',
  'eventFailures',
  'eventSkips',
  'reloads',
  'reloadsRefused',
  'lastTurnAt',
  'phase',
] as const;

export type ServiceScalar = (typeof SERVICE_SCALARS)[number];
export type MasterScalar = (typeof MASTER_SCALARS)[number];

function positions<const Names extends readonly string[]>(names: Names): Record<Names[number], number> {
  return Object.fromEntries(names.map((name, index) => [name, index])) as Record<Names[number], number>;
}

/** A histogram takes its buckets, the unbounded one, and the sum of what was observed. */
const histogramLength = (buckets: readonly number[]) => buckets.length + 2;

export const SERVICE_FIELD = positions(SERVICE_SCALARS);
const EXITS_AT = SERVICE_SCALARS.length;
const BLOCKED_AT = EXITS_AT + EXIT_REASONS.length;
const STARTUP_AT = BLOCKED_AT + CONSTRAINTS.length;
export const SERVICE_LENGTH = STARTUP_AT + histogramLength(STARTUP_BUCKETS);

export const MASTER_FIELD = positions(MASTER_SCALARS);
const TURN_AT = MASTER_SCALARS.length;
const STAGES_AT = TURN_AT + histogramLength(TURN_BUCKETS);
export const MASTER_LENGTH = STAGES_AT + STAGES.length * histogramLength(TURN_BUCKETS);

/** Services (one per address) and daemons that fit on the board. */
export const SLOTS_MAX = 1024;
export const BOARD_LENGTH = MASTER_LENGTH + SLOTS_MAX * SERVICE_LENGTH;

export const exitField = (reason: ExitReason): number => EXITS_AT + EXIT_REASONS.indexOf(reason);
export const blockedField = (constraint: Constraint): number => BLOCKED_AT + CONSTRAINTS.indexOf(constraint);
export const startupField = STARTUP_AT;
export const turnField = TURN_AT;
export const stageField = (stage: Stage): number =>
  STAGES_AT + STAGES.indexOf(stage) * histogramLength(TURN_BUCKETS);

/** The part of the board that belongs to a slot. */
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

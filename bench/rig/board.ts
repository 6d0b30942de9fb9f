// What the rig's loop tells of itself while it runs, and also while it is stalled: numbers in shared memory, written at
// every poll by the loop's thread, read at will by the other. One writer; a torn read is off by one turn, no more.

export const TURN_NUMBERS = ['turnsBegun', 'turnsCompleted', 'interruptions', 'messagesWaiting'] as const;
export const SERVICE_NUMBERS = ['starting', 'ready', 'busy', 'active', 'queue', 'spawns'] as const;
export const STAGE_NUMBERS = ['seconds', 'times'] as const;

const SERVICES_MAX = 32;
const STAGES_MAX = 16;

export type Numbers<Names extends readonly string[]> = Record<Names[number], number>;

export interface RigBoard {
  readonly turns: Float64Array;
  service(index: number): Float64Array;
  stage(index: number): Float64Array;
}

export function createShared(): SharedArrayBuffer {
  const numbers =
    TURN_NUMBERS.length + SERVICES_MAX * SERVICE_NUMBERS.length + STAGES_MAX * STAGE_NUMBERS.length;
  return new SharedArrayBuffer(numbers * Float64Array.BYTES_PER_ELEMENT);
}

export function boardOn(shared: SharedArrayBuffer): RigBoard {
  const all = new Float64Array(shared);
  const services = TURN_NUMBERS.length;
  const stages = services + SERVICES_MAX * SERVICE_NUMBERS.length;
  const part = (start: number, index: number, length: number) =>
    all.subarray(start + index * length, start + (index + 1) * length);
  return {
    turns: all.subarray(0, services),
    service: (index) => part(services, index, SERVICE_NUMBERS.length),
    stage: (index) => part(stages, index, STAGE_NUMBERS.length),
  };
}

export function numbers<const Names extends readonly string[]>(
  names: Names,
  values: Float64Array,
): Numbers<Names> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? 0])) as Numbers<Names>;
}

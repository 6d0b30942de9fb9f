// The shapes of a storm: when clients arrive. Each shape is an intensity over the time of the storm; the arrivals are
// drawn from it by a seed, all of them before the first one is sent, so that no slow answer can delay the next
// (open loop). As many arrivals as asked for, exactly: a Poisson process under the condition of its count.

import type { Entropy } from '../../../src/lib/entropy.ts';
import { err, ok, type Result } from '../../../src/lib/result.ts';

export interface Shape {
  readonly name: ShapeName;
  /** Bursts, stairs or teeth. */
  readonly times: number;
}

interface Form {
  readonly says: string;
  /** How many bursts, stairs or teeth there are when nobody says it; 0: the shape has none. */
  readonly times: number;
  /** How many arrive at `at` (0 to 1), relative to other moments; without it, all come at once. */
  intensity?(at: number, times: number): number;
}

const MORNING_QUIET = 0.08;
/** Office hours: the peak comes fast and goes slowly. */
const MORNING = { peak: 0.38, rise: 0.1, fall: 0.22 };

const bell = (distance: number, width: number) => Math.exp(-0.5 * (distance / width) ** 2);

export const SHAPES = {
  burst: { says: 'all at once; burst=3: in three bursts, spread over the duration', times: 1 },
  step: {
    says: 'stairs: the rate rises in four steps; step=8: in eight',
    times: 4,
    intensity: (at, times) => Math.floor(at * times) + 1,
  },
  poisson: { says: 'at random, at one rate', times: 0, intensity: () => 1 },
  ramp: { says: 'the rate rises from nothing', times: 0, intensity: (at) => at },
  sawtooth: {
    says: 'ramps, one after the other; sawtooth=5: five teeth instead of three',
    times: 3,
    intensity: (at, times) => (at * times) % 1,
  },
  morning: {
    says: 'a quiet night, a steep peak, a slow decline',
    times: 0,
    intensity: (at) =>
      MORNING_QUIET + bell(at - MORNING.peak, at < MORNING.peak ? MORNING.rise : MORNING.fall),
  },
  reconnect: { says: 'all at once, and who is refused or cut returns, see --reconnect', times: 1 },
} satisfies Record<string, Form>;

export type ShapeName = keyof typeof SHAPES;

const TIMES_MAX = 1_000;

/** `burst`, `step=8`. */
export function parseShape(text: string): Result<Shape, string> {
  const [name = '', number, ...rest] = text.split('=');
  if (!Object.hasOwn(SHAPES, name)) {
    return err(`there is no shape "${name}"; there are ${Object.keys(SHAPES).join(', ')}`);
  }
  const shape = name as ShapeName;
  const { times } = SHAPES[shape];
  if (number === undefined) return ok({ name: shape, times });
  if (times === 0) return err(`${name} takes no number`);
  const wanted = /^\d{1,4}$/.test(number) && rest.length === 0 ? Number(number) : 0;
  if (wanted < 1 || wanted > TIMES_MAX) return err(`"${text}": a number from 1 to ${TIMES_MAX} is expected`);
  return ok({ name: shape, times: wanted });
}

/** When each client arrives, in milliseconds from the begin, ascending. */
export function arrivalTimes(shape: Shape, count: number, durationMs: number, draw: Entropy): Float64Array {
  const { intensity }: Form = SHAPES[shape.name];
  const times = new Float64Array(count);
  if (intensity === undefined) {
    const gapMs = durationMs / shape.times;
    for (let index = 0; index < count; index += 1) {
      times[index] = Math.floor((index * shape.times) / count) * gapMs;
    }
    return times;
  }
  const moment = quantile((at) => intensity(at, shape.times));
  for (let index = 0; index < count; index += 1) times[index] = moment(draw.fraction()) * durationMs;
  return times.sort();
}

/** Enough that the steepest shape is drawn to a thousandth of its duration. */
const CELLS = 4_096;

/** The inverse of the summed intensity: evenly drawn fractions become moments of the shape. */
function quantile(intensity: (at: number) => number): (fraction: number) => number {
  const summed = new Float64Array(CELLS + 1);
  for (let cell = 0; cell < CELLS; cell += 1) {
    summed[cell + 1] = (summed[cell] ?? 0) + intensity((cell + 0.5) / CELLS);
  }
  const all = summed[CELLS] ?? 0;
  return (fraction) => {
    const wanted = fraction * all;
    let low = 0;
    let high = CELLS;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((summed[middle] ?? 0) <= wanted) low = middle;
      else high = middle;
    }
    const [below = 0, above = 0] = [summed[low], summed[high]];
    return (low + (above > below ? (wanted - below) / (above - below) : 0)) / CELLS;
  };
}

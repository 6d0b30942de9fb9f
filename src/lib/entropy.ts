// Seeded pseudo-random numbers in named streams: the same seed gives the same draws on every machine, and what one
// stream draws shifts nothing in another, so that a fault can be switched off and all else stays as it was.
// For the simulator, fault injection and load: nothing here is fit for secrets. The core never draws.
// Generator: sfc32 (Doty-Humphrey, PractRand), seeded by FNV-1a of the seed and the stream's name.

export interface Entropy {
  /** A stream of its own, the same for the same name whatever else was drawn. */
  stream(name: string): Entropy;
  /** 0 <= x < 1. */
  fraction(): number;
  /** A whole number, both ends included. */
  integer(least: number, most: number): number;
  /** Between `least` and `most`, with fractions. */
  between(least: number, most: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** Time to the next event of a Poisson process: exponential with this mean. */
  exponential(mean: number): number;
}

export function entropy(seed: number | string): Entropy {
  return streamOf(String(seed));
}

function streamOf(path: string): Entropy {
  const draw = sfc32(path);
  const fraction = () => draw() / 2 ** 32;
  const integer = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1));
  return {
    stream: (name) => streamOf(`${path}/${name}`),
    fraction,
    integer,
    between: (least, most) => least + fraction() * (most - least),
    chance: (probability) => fraction() < probability,
    pick: <T>(items: readonly T[]) => items[integer(0, items.length - 1)] as T,
    exponential: (mean) => -Math.log(1 - fraction()) * mean,
  };
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const WARM_UP_DRAWS = 12;

function hash(text: string, salt: number): number {
  let value = FNV_OFFSET ^ salt;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), FNV_PRIME);
  }
  return value >>> 0;
}

/** 32 bits a call. */
function sfc32(path: string): () => number {
  let [a, b, c, counter] = [hash(path, 1), hash(path, 2), hash(path, 3), 1];
  const draw = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let drawn = 0; drawn < WARM_UP_DRAWS; drawn += 1) draw();
  return draw;
}

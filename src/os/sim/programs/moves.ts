// Small moves that programs are made of: to die, to stand still until the world is well, to write all of it.

import { Contradiction } from '../../../lib/assert.ts';
import type { Fd } from '../../os.ts';
import { sleepThrough, type Userland, type Wait, type Woken } from '../program.ts';

/** How often one that waits for the world to be well looks whether it is. */
export const HEAL_LOOK_MS = 250;

const FATAL_SIGNALS = ['SIGSEGV', 'SIGABRT', 'SIGBUS'] as const;

export const EXIT_FAILURE = 1;

export type Moves<Result> = Generator<Wait, Result, Woken>;

export function* die(signal: string): Moves<never> {
  yield { kind: 'die', signal };
  throw new Contradiction('a dead process was resumed', { signal });
}

/** Dies as broken programs do: of a signal, or with exit 1 (then its value is to be returned). */
export function* crash(self: Userland): Moves<number> {
  const draws = self.entropy.stream('crash');
  if (draws.chance(1 / 2)) return EXIT_FAILURE;
  return yield* die(draws.pick(FATAL_SIGNALS));
}

/** Stands still: handlers run, and nothing comes of it before this is over. */
export function* hang(self: Userland, healed: () => boolean): Moves<void> {
  while (!healed()) yield* sleepThrough(self, HEAL_LOOK_MS);
}

/** Writes all of `bytes`, and waits when the pipe is full. False: nobody reads any more. */
export function* writeAll(self: Userland, fd: Fd, bytes: Uint8Array): Moves<boolean> {
  let rest = bytes;
  while (rest.length > 0) {
    const taken = self.write(fd, rest);
    if (typeof taken === 'number') rest = rest.subarray(taken);
    else if (taken === 'EAGAIN') yield { kind: 'writable', fd };
    else return false;
  }
  return true;
}

/** A child that holds all our descriptors for so long, does nothing, and ends with exit 0. */
export function leaveGrandchild(self: Userland, forMs: number, healed: () => boolean): void {
  self.fork(function* (grandchild) {
    const until = grandchild.now() + forMs;
    while (grandchild.now() < until && !healed()) {
      yield* sleepThrough(grandchild, Math.min(HEAL_LOOK_MS, until - grandchild.now()));
    }
    return 0;
  });
}

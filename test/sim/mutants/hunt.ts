// npm run sim:mutants [-- NAME ...]: runs seeds 1, 2, 3, ... against every planted fault (or those named), two faults at
// a time, until the first that fails by a rule that can see it, and keeps what it found in results.json; `npm run docs`
// makes the page of it. A seed that the core fails without any fault proves nothing, and is told. Exit 1 when a fault
// was missed or such a seed was met.

import type { RunOutcome } from '../run.ts';
import type { Mutant } from './mutant.ts';
import { Plot } from './plot.ts';
import { type Caught, keepResults, type Result, SEEDS_MOST } from './results.ts';
import { MUTANTS, SURVIVORS } from './table.ts';

const AT_ONCE = 2;
const PROGRESS_EVERY_SEEDS = 250;

/** The core as it is, asked once for each seed that matters, one at a time. */
class Sound {
  readonly #plot = new Plot(undefined);
  readonly #outcomes = new Map<number, Promise<RunOutcome>>();
  #last: Promise<unknown> = Promise.resolve();
  readonly failing: RunOutcome[] = [];

  async passes(seed: number): Promise<boolean> {
    const outcome = this.#outcomes.get(seed) ?? this.#ask(seed);
    return (await outcome).failure === undefined;
  }

  #ask(seed: number): Promise<RunOutcome> {
    const asked = this.#last.then(async () => {
      const outcome = await this.#plot.run(seed);
      if (outcome.failure) this.failing.push(outcome);
      return outcome;
    });
    this.#outcomes.set(seed, asked);
    this.#last = asked;
    return asked;
  }

  end(): void {
    this.#plot.clear();
  }
}

async function firstCaught(mutant: Mutant, plot: Plot, sound: Sound): Promise<Caught | undefined> {
  for (let seed = 1; seed <= SEEDS_MOST; seed += 1) {
    const { failure } = await plot.run(seed);
    const meant = failure && mutant.rules.some((rule) => rule === failure.rule);
    if (meant && (await sound.passes(seed))) {
      const { rule, says, turn } = failure;
      return { seed, rule, says, turn };
    }
    if (seed % PROGRESS_EVERY_SEEDS === 0) console.log(`${mutant.name}: not in ${seed} seeds`);
  }
  return undefined;
}

async function hunt(mutant: Mutant, sound: Sound): Promise<Result> {
  const { name } = mutant;
  const startedAt = performance.now();
  const plot = new Plot(mutant);
  const caught = await firstCaught(mutant, plot, sound).finally(() => plot.clear());
  const took = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
  console.log(
    caught ? `${name}: seed ${caught.seed}, ${caught.rule} (${took})` : `${name}: MISSED (${took})`,
  );
  const result = { name, ...(caught && { caught }) };
  // After each, so that a hunt that is ended early has not been for nothing.
  keepResults([result]);
  return result;
}

async function huntAll(mutants: readonly Mutant[], sound: Sound): Promise<readonly Result[]> {
  const left = [...mutants];
  const results: Result[] = [];
  const hunter = async () => {
    for (let next = left.shift(); next; next = left.shift()) results.push(await hunt(next, sound));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hunter));
  return results;
}

function chosen(names: readonly string[]): readonly Mutant[] {
  const all = [...MUTANTS, ...SURVIVORS];
  const unknown = names.filter((name) => !all.some((mutant) => mutant.name === name));
  if (unknown.length > 0) throw new Error(`no planted fault is named ${unknown.join(', ')}`);
  return names.length === 0 ? MUTANTS : all.filter(({ name }) => names.includes(name));
}

const sound = new Sound();
const results = await huntAll(chosen(process.argv.slice(2)), sound);
sound.end();
const missed = results.filter(({ caught }) => !caught);
console.log(`${results.length - missed.length} of ${results.length} planted faults caught`);
for (const { seed, failure } of sound.failing)
  console.log(`the core itself fails seed ${seed}: ${failure?.rule}: ${failure?.says}`);
process.exitCode = missed.length > 0 || sound.failing.length > 0 ? 1 : 0;

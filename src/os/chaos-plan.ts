// The words after `preforkd run --chaos`: 'eintr=0.9,spawn-eagain=0.05,seed=7', faults with their probabilities and
// the seed of their draws. Called by the command line before anything runs; says what is wrong in one sentence.

import { err, ok, type Result } from '../lib/result.ts';
import { CHAOS_FAULTS, type ChaosFault, type ChaosOrder } from './chaos.ts';

/** A whole number of at most 15 digits is exact as a number of JavaScript. */
const SEED = /^\d{1,15}$/;
/** Also '1e-7', as a small number is written in the log. */
const NUMBER = /^(\d+(\.\d*)?|\.\d+)(e-?\d+)?$/i;

/** An order whose seed is drawn when it is not said. */
export type ChaosWish = Pick<ChaosOrder, 'plan'> & Partial<Pick<ChaosOrder, 'seed'>>;

export function parseChaos(text: string): Result<ChaosWish, string> {
  const plan: Partial<Record<ChaosFault, number>> = {};
  const said = new Set<string>();
  let seed: number | undefined;
  for (const part of text.split(',')) {
    const [name = '', value, ...more] = part.trim().split('=');
    if (value === undefined || more.length > 0) return err(`"${part}" is not FAULT=PROBABILITY`);
    if (said.has(name)) return err(`${name} is said twice`);
    said.add(name);
    const trouble = name === 'seed' ? seedTrouble(value) : faultTrouble(name, value);
    if (trouble !== undefined) return err(trouble);
    if (name === 'seed') seed = Number(value);
    else plan[name as ChaosFault] = Number(value);
  }
  if (Object.keys(plan).length === 0) return err(`no fault is named; there are ${faultNames()}`);
  return ok(seed === undefined ? { plan } : { plan, seed });
}

function seedTrouble(value: string): string | undefined {
  return SEED.test(value) ? undefined : `seed=${value} is not a whole number of at most 15 digits`;
}

function faultTrouble(name: string, value: string): string | undefined {
  if (!Object.hasOwn(CHAOS_FAULTS, name)) return `there is no fault "${name}"; there are ${faultNames()}`;
  const isProbability = NUMBER.test(value) && Number(value) <= 1;
  return isProbability ? undefined : `${name}=${value} is not a probability: a number from 0 to 1`;
}

function faultNames(): string {
  return Object.keys(CHAOS_FAULTS).join(', ');
}

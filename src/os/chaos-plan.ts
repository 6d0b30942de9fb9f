// The words after `preforkd run --chaos`: 'eintr=0.9,spawn-eagain=0.05,seed=7', faults with their probabilities and
// the seed of their draws; or 'stall=20000', how many milliseconds every spawn stands still. Called by the command line before anything runs; says what is wrong in one sentence.

import { err, ok, type Result } from '../lib/result.ts';
import { CHAOS_FAULTS, type ChaosFault, type ChaosOrder } from './chaos.ts';

/** A whole number of at most 15 digits is exact as a number of JavaScript. */
const WHOLE = /^\d{1,15}$/;
/** An hour. */
const STALL_MS_MAX = 3_600_000;
/** Also '1e-7', as a small number is written in the log. */
const NUMBER = /^(\d+(\.\d*)?|\.\d+)(e-?\d+)?$/i;

/** An order whose seed is drawn when it is not said. */
export type ChaosWish = Pick<ChaosOrder, 'plan' | 'stallMs'> & Partial<Pick<ChaosOrder, 'seed'>>;

export function parseChaos(text: string): Result<ChaosWish, string> {
  const plan: Partial<Record<ChaosFault, number>> = {};
  const said = new Set<string>();
  let seed: number | undefined;
  let stallMs: number | undefined;
  for (const part of text.split(',')) {
    const [name = '', value, ...more] = part.trim().split('=');
    if (value === undefined || more.length > 0) return err(`"${part}" is not FAULT=PROBABILITY`);
    if (said.has(name)) return err(`${name} is said twice`);
    said.add(name);
    const trouble = troubleWith(name, value);
    if (trouble !== undefined) return err(trouble);
    if (name === 'seed') seed = Number(value);
    else if (name === 'stall') stallMs = Number(value);
    else plan[name as ChaosFault] = Number(value);
  }
  if (Object.keys(plan).length === 0 && stallMs === undefined)
    return err(`no fault is named; there are ${faultNames()}`);
  return ok({ plan, ...(seed === undefined ? {} : { seed }), ...(stallMs === undefined ? {} : { stallMs }) });
}

function troubleWith(name: string, value: string): string | undefined {
  if (name === 'seed') return seedTrouble(value);
  return name === 'stall' ? stallTrouble(value) : faultTrouble(name, value);
}

function stallTrouble(value: string): string | undefined {
  const isTime = WHOLE.test(value) && Number(value) >= 1 && Number(value) <= STALL_MS_MAX;
  return isTime ? undefined : `stall=${value} is not a number of milliseconds from 1 to ${STALL_MS_MAX}`;
}

function seedTrouble(value: string): string | undefined {
  return WHOLE.test(value) ? undefined : `seed=${value} is not a whole number of at most 15 digits`;
}

function faultTrouble(name: string, value: string): string | undefined {
  if (!Object.hasOwn(CHAOS_FAULTS, name)) return `there is no fault "${name}"; there are ${faultNames()}`;
  const isProbability = NUMBER.test(value) && Number(value) <= 1;
  return isProbability ? undefined : `${name}=${value} is not a probability: a number from 0 to 1`;
}

function faultNames(): string {
  return [...Object.keys(CHAOS_FAULTS), 'stall'].join(', ');
}

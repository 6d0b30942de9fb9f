// The command line of `npm run sim` as data: what is asked for, or a sentence about what is wrong with it. Called by
// main.ts, which exits 2 on the latter. Runs nothing.

import { availableParallelism } from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import { FAULT_NAMES, FAULTS } from './faults.ts';

export interface Order {
  /** Both ends included; `last` is Infinity when only the minutes bound it. */
  readonly first: number;
  readonly last: number;
  readonly minutes: number | undefined;
  readonly turnsMost: number | undefined;
  readonly without: readonly string[];
  readonly jobs: number;
  readonly trace: boolean;
  readonly minimise: boolean;
  readonly untilFailure: boolean;
  readonly json: boolean;
}

export type Asked =
  | { readonly kind: 'order'; readonly order: Order }
  /** Help was asked for, and has been printed. */
  | { readonly kind: 'helped' }
  | { readonly kind: 'wrong'; readonly says: string };

const SEED_MOST = Number.MAX_SAFE_INTEGER;
/** Where fresh seeds begin: below this. */
const FRESH_BELOW = 2 ** 40;
const MINUTES_MOST = 7 * 24 * 60;
const NAME_WIDTH = 20;

interface Flags {
  seed?: string;
  seeds?: string;
  minutes?: string;
  from?: string;
  turns?: string;
  without?: string;
  jobs?: string;
  trace?: boolean;
  minimise?: boolean;
  untilFailure?: boolean;
  json?: boolean;
}

class Wrong extends Error {}

export function readArguments(words: readonly string[], random: () => number): Asked {
  const command = describe();
  try {
    command.parse(words, { from: 'user' });
    return { kind: 'order', order: orderOf(command.opts<Flags>(), random) };
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return { kind: 'helped' };
    if (!(error instanceof Wrong || error instanceof CommanderError)) throw error;
    return { kind: 'wrong', says: error.message.replace(/^error: /, '') };
  }
}

function describe(): Command {
  const faults = FAULT_NAMES.map((name) => `  ${name.padEnd(NAME_WIDTH)} ${FAULTS[name]?.sentence}`);
  return (
    new Command('npm run sim --')
      .description('Runs the whole master in virtual time, under faults that are drawn from a seed.')
      .option('--seed <n>', 'one seed')
      .option('--seeds <a..b>', 'all seeds from a to b')
      .option('--minutes <m>', 'fresh seeds, one after the other, for so long')
      .option('--from <n>', 'with --minutes: the first seed')
      .option('--turns <t>', 'the faults end after so many turns')
      .option('--without <faults>', 'faults that are switched off, by name, with commas between')
      .option('--jobs <j>', 'processes at a time')
      .option('--trace', 'with --seed: everything that happens, line by line')
      .option('--minimise', 'with --seed: looks for the fewest faults and turns that still fail')
      .option('--until-failure', 'ends at the first seed that fails')
      .addOption(new Option('--json', 'one line of JSON on stdout at the end, all else on stderr'))
      .addHelpText('after', `\nFaults:\n${faults.join('\n')}`)
      .allowExcessArguments(false)
      // What is wrong is said by main.ts.
      .configureOutput({ writeErr: () => {} })
      .exitOverride()
  );
}

function orderOf(flags: Flags, random: () => number): Order {
  const seeds = seedsOf(flags, random);
  const one = flags.seed !== undefined;
  if (flags.trace && !one) throw new Wrong('--trace needs --seed');
  if (flags.minimise && !one) throw new Wrong('--minimise needs --seed');
  return {
    ...seeds,
    turnsMost: flags.turns === undefined ? undefined : whole('--turns', flags.turns, 0, SEED_MOST),
    without: withoutOf(flags.without),
    jobs: flags.jobs === undefined ? availableParallelism() : whole('--jobs', flags.jobs, 1, 1024),
    trace: flags.trace ?? false,
    minimise: flags.minimise ?? false,
    untilFailure: flags.untilFailure ?? false,
    json: flags.json ?? false,
  };
}

function seedsOf(flags: Flags, random: () => number): Pick<Order, 'first' | 'last' | 'minutes'> {
  const ways = [flags.seed, flags.seeds, flags.minutes].filter((way) => way !== undefined);
  if (ways.length !== 1) throw new Wrong('say one of --seed N, --seeds A..B and --minutes M');
  if (flags.from !== undefined && flags.minutes === undefined) throw new Wrong('--from needs --minutes');
  if (flags.seed !== undefined) {
    const seed = whole('--seed', flags.seed, 0, SEED_MOST);
    return { first: seed, last: seed, minutes: undefined };
  }
  if (flags.minutes !== undefined) {
    const minutes = Number(flags.minutes);
    if (!(minutes > 0 && minutes <= MINUTES_MOST))
      throw new Wrong(`--minutes is a number above 0, up to ${MINUTES_MOST}: "${flags.minutes}" is not`);
    const first =
      flags.from === undefined
        ? Math.floor(random() * FRESH_BELOW)
        : whole('--from', flags.from, 0, SEED_MOST);
    return { first, last: Number.POSITIVE_INFINITY, minutes };
  }
  return rangeOf(flags.seeds ?? '');
}

function rangeOf(text: string): Pick<Order, 'first' | 'last' | 'minutes'> {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined)
    throw new Wrong(`--seeds is a range like 1..60: "${text}" is not`);
  const first = whole('--seeds', from, 0, SEED_MOST);
  const last = whole('--seeds', to, 0, SEED_MOST);
  if (last < first) throw new Wrong(`--seeds ${text} is empty: the first seed comes first`);
  return { first, last, minutes: undefined };
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Wrong(`${flag} is a whole number from ${least} on: "${text}" is not`);
}

function withoutOf(text: string | undefined): readonly string[] {
  const names = (text ?? '').split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !FAULT_NAMES.includes(name));
  if (unknown.length > 0)
    throw new Wrong(`no fault is named ${unknown.join(', ')}; there are: ${FAULT_NAMES.join(' ')}`);
  return names;
}

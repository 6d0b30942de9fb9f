// `npm run sim`: the simulator's command line. One seed runs here; many run in processes of their own. Exit code 0: all
// seeds passed; 1: some failed, and each is reported with the command that replays it; 2: bad arguments.

import { type Order, readArguments } from './arguments.ts';
import { runBatch } from './jobs.ts';
import { type FailedSeed, Progress } from './progress.ts';
import { failureText, outcomeText, smallestText, traceTail } from './report.ts';
import { type RunOptions, runSeed } from './run.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** Failures that are told in full; of the others, only that they are there. */
const REPORTED_MOST = 20;
const MINIMISE_MOST_MS = 30_000;
const MINIMISE_ASKED_MOST_MS = 300_000;
/** Its process did not survive it: this one would not either. */
const NOT_REPEATED = 'hung';

async function main(words: readonly string[]): Promise<number> {
  const asked = readArguments(words, Math.random);
  if (asked.kind === 'helped') return 0;
  if (asked.kind === 'wrong') {
    console.error(`${asked.says}\nMore: npm run sim -- --help`);
    return EXIT_USAGE;
  }
  const { order } = asked;
  const say = order.json ? console.error : console.log;
  const progress = new Progress(order.first, () => performance.now());
  await runAll(order, progress, say);
  report(order, progress.failures, say);
  say(progress.line());
  if (order.json) console.log(JSON.stringify(progress.summary()));
  return progress.failures.length > 0 ? EXIT_FAILED : 0;
}

type Say = (text: string) => void;

function optionsOf({ turnsMost, without }: Order): Omit<RunOptions, 'seed'> {
  return { without, ...(turnsMost === undefined ? {} : { turnsMost }) };
}

async function runAll(order: Order, progress: Progress, say: Say): Promise<void> {
  const { first, last, jobs, minutes, untilFailure, trace } = order;
  if (first === last) {
    const outcome = runSeed({ ...optionsOf(order), seed: first, ...(trace ? { trace: say } : {}) });
    progress.add(outcome);
    say(outcomeText(outcome));
    return;
  }
  if (minutes !== undefined) say(`seeds from ${first} on, for ${minutes} minutes`);
  const until = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;
  const shown = progress.show(process.stderr);
  await runBatch({
    ...{ first, last, jobs },
    options: optionsOf(order),
    goOn: () => performance.now() < until && !(untilFailure && progress.failures.length > 0),
    done: (outcome) => progress.add(outcome),
  });
  shown.end();
  if (minutes !== undefined) say(`seeds ${first}..${progress.summary().last} were run`);
}

function report(order: Order, failures: readonly FailedSeed[], say: Say): void {
  const inOrder = [...failures].sort((one, other) => one.seed - other.seed);
  const rest = optionsOf(order);
  for (const failed of inOrder.slice(0, REPORTED_MOST))
    say(failureText(failed, { ...rest, seed: failed.seed }));
  if (inOrder.length > REPORTED_MOST) say(`and ${inOrder.length - REPORTED_MOST} more`);
  const explained = inOrder.find(({ rule }) => rule !== NOT_REPEATED);
  if (!explained) return;
  const options = { ...rest, seed: explained.seed };
  say(`seed ${explained.seed}, looked at more closely:`);
  if (!order.trace) say(traceTail(options));
  say(smallestText(explained, options, order.minimise ? MINIMISE_ASKED_MOST_MS : MINIMISE_MOST_MS));
}

// A trace is long: whoever reads it through `head` has seen enough.
process.stdout.on('error', () => process.exit(EXIT_FAILED));
process.exitCode = await main(process.argv.slice(2));

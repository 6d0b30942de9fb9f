// `npm run sim`: the simulator's command line. One seed runs here; many run in processes of their own. Exit code 0: all
// seeds passed; 1: some failed, and each is reported with the command that replays it; 2: bad arguments.

import { type Order, readArguments } from './arguments.ts';
import { runBatch } from './jobs.ts';
import { type FailedSeed, Progress } from './progress.ts';
import { failureText, outcomeText, smallestText, traceTail } from './report.ts';
import { type RunOptions, type RunOutcome, runSeed } from './run.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** Failures that are told in full; of the others, one line each. */
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
  if (order.first === order.last) runOne(order, progress, say);
  else await runMany(order, progress, say);
  lookCloser(order, progress.failures, say);
  say(progress.line());
  if (order.json) console.log(JSON.stringify(progress.summary()));
  return progress.failures.length > 0 ? EXIT_FAILED : 0;
}

type Say = (text: string) => void;

function optionsOf({ turnsMost, without }: Order): Omit<RunOptions, 'seed'> {
  return { without, ...(turnsMost === undefined ? {} : { turnsMost }) };
}

function runOne(order: Order, progress: Progress, say: Say): void {
  const options = { ...optionsOf(order), seed: order.first, ...(order.trace ? { trace: say } : {}) };
  const outcome = runSeed(options);
  progress.add(outcome);
  say(outcomeText(outcome));
  tellFailure(order, progress, outcome, say);
}

async function runMany(order: Order, progress: Progress, say: Say): Promise<void> {
  const { first, last, jobs, minutes, untilFailure } = order;
  if (minutes !== undefined) say(`seeds from ${first} on, for ${minutes} minutes`);
  const until = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;
  const shown = progress.show(process.stderr);
  let interrupted = false;
  // The seeds under way are finished, and all is reported.
  process.once('SIGINT', () => {
    interrupted = true;
  });
  await runBatch({
    ...{ first, last, jobs },
    options: optionsOf(order),
    goOn: () => !interrupted && performance.now() < until && !(untilFailure && progress.failures.length > 0),
    done: (outcome) => {
      progress.add(outcome);
      tellFailure(order, progress, outcome, say);
    },
  });
  shown.end();
  say(`seeds ${first}..${progress.summary().last} were run`);
}

/** At once: whoever watches a long run need not wait for its end. */
function tellFailure(order: Order, { failures }: Progress, { seed, failure }: RunOutcome, say: Say): void {
  if (failure === undefined) return;
  if (failures.length <= REPORTED_MOST) say(failureText({ seed, ...failure }, { ...optionsOf(order), seed }));
  else say(`seed ${seed} FAILED too: ${failure.rule}`);
}

function lookCloser(order: Order, failures: readonly FailedSeed[], say: Say): void {
  const explained = failures.find(({ rule }) => rule !== NOT_REPEATED);
  if (!explained) return;
  const options = { ...optionsOf(order), seed: explained.seed };
  say(`seed ${explained.seed}, looked at more closely:`);
  if (!order.trace) say(traceTail(options));
  say(smallestText(explained, options, order.minimise ? MINIMISE_ASKED_MOST_MS : MINIMISE_MOST_MS));
}

// A trace is long: whoever reads it through `head` has seen enough.
process.stdout.on('error', () => process.exit(EXIT_FAILED));
process.exitCode = await main(process.argv.slice(2));

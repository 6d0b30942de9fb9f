// What a person reads of a seed that failed: the rule, the sentence, the one command that replays it, the last lines of
// its trace, and a smaller run that fails in the same way. Called by main.ts.

import { FAULTS } from './faults.ts';
import { minimise } from './minimise.ts';
import type { FailedSeed } from './progress.ts';
import { type RunOptions, type RunOutcome, runSeed } from './run.ts';
import { createSwarm } from './swarm.ts';
import { tail } from './trace.ts';

const TRACE_LINES = 60;
const TIMES_WIDTH = 8;
const ROOM_WIDTH = 8;
const NAME_WIDTH = 20;

export function replayCommand({ seed, turnsMost, without = [] }: RunOptions): string {
  const turns = turnsMost === undefined ? '' : ` --turns ${turnsMost}`;
  const off = without.length === 0 ? '' : ` --without ${without.join(',')}`;
  return `npm run sim -- --seed ${seed}${turns}${off}`;
}

export function failureText({ seed, rule, says, turn, atMs }: FailedSeed, options: RunOptions): string {
  return [
    `seed ${seed} FAILED in turn ${turn}, at ${(atMs / 1000).toFixed(3)} s of virtual time`,
    `  rule:   ${rule}`,
    `  says:   ${says}`,
    `  replay: ${replayCommand(options)}`,
  ].join('\n');
}

/** What one run was: its length, and its faults with how often each was seen. */
export function outcomeText({ seed, turns, virtualMs, faults, failure }: RunOutcome): string {
  const verdict = failure ? 'failed' : 'passed';
  const seen = Object.entries(faults).sort(([, one], [, other]) => other - one);
  return [
    `seed ${seed} ${verdict}: ${turns} turns, ${(virtualMs / 1000).toFixed(1)} s of virtual time`,
    ...seen.map(([name, times]) => {
      const { room, sentence } = FAULTS[name] ?? { room: '', sentence: '' };
      return `${String(times).padStart(TIMES_WIDTH)}  ${room.padEnd(ROOM_WIDTH)} ${name.padEnd(NAME_WIDTH)} ${sentence}`;
    }),
  ].join('\n');
}

export function traceTail(options: RunOptions): string {
  const last = tail(TRACE_LINES);
  runSeed({ ...options, trace: last.add });
  return ['  the last lines of its trace (all of them: --trace):', ...last.lines()].join('\n');
}

export function smallestText(failed: FailedSeed, options: RunOptions, mostMs: number): string {
  const { without = [] } = options;
  const { rule, turn, seed } = failed;
  const faults = createSwarm(seed, without).enabled;
  const until = performance.now() + mostMs;
  const smallest = minimise({ options, rule, faults, turn, goOn: () => performance.now() < until });
  const { turnsMost } = smallest;
  const smaller = { seed, without: smallest.without, ...(turnsMost === undefined ? {} : { turnsMost }) };
  const left = createSwarm(seed, smallest.without).enabled;
  return [
    `  smallest (${smallest.tries} tries): ${replayCommand(smaller)}`,
    `  the faults that it needs: ${left.join(' ') || 'none'}`,
  ].join('\n');
}

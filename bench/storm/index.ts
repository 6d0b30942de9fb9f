// `preforkd storm`: from the words of the command line to an exit code. Everything that can be wrong is found before
// anything is sent; then the storm; then the table, JSON, the report, and the verdict on the objectives.
// Loaded by src/cli/storm.ts, and only when that verb is called.

import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { Output } from '../../src/cli/output.ts';
import { EXIT } from '../../src/lib/exit-codes.ts';
import { err, ok, type Result } from '../../src/lib/result.ts';
import { type Plan, planStorm } from './load/plan.ts';
import { lacksDescriptors } from './options/capacity.ts';
import { readOptions, type StormOptions } from './options/options.ts';
import type { RawOptions } from './options/raw.ts';
import { commandText } from './options/repeat.ts';
import { type Address, resolveTarget } from './options/target.ts';
import { showProgress } from './show/progress.ts';
import { resultOf, type StormResult } from './show/result.ts';
import { stormTable } from './show/table.ts';
import { runStorm } from './storm.ts';
import { type AskStatus, type Found, findMaster, type Trouble } from './watch/find-master.ts';
import { descriptorLimit } from './watch/proc.ts';

export interface StormCall {
  readonly protocol: string;
  readonly target: string;
  readonly raw: RawOptions;
  /** What was typed after `preforkd storm`. */
  readonly words: readonly string[];
  readonly version: string;
}

/** What the command line gives. */
export interface Surroundings {
  readonly output: Output;
  /** Columns of the terminal that stderr is; undefined: it is none. */
  readonly progressColumns: number | undefined;
  /** Ctrl-C. */
  readonly abort: AbortSignal;
  readonly askStatus: AskStatus;
}

interface Ready {
  readonly options: StormOptions;
  readonly address: Address;
  readonly found: Found;
  readonly plan: Plan;
}

export async function storm(call: StormCall, surroundings: Surroundings): Promise<number> {
  const { output, abort } = surroundings;
  const ready = await prepare(call, surroundings.askStatus);
  if (!ready.ok) {
    output.err(`${ready.error.text}\n`);
    return ready.error.exitCode;
  }
  const { options, address, found, plan } = ready.value;
  let endProgress = () => {};
  const measured = await runStorm({
    ...{ options, address, plan, abort, master: found.master },
    began: (live) => {
      const { progressColumns: columns } = surroundings;
      if (columns !== undefined) endProgress = showProgress(output.err, columns, live);
    },
  });
  endProgress();
  if (!measured.ok) {
    output.err(`preforkd: ${measured.error}\n`);
    return EXIT.usage;
  }
  const command = commandText(call.words, options.seed);
  const result = resultOf({ options, measured: measured.value, found, command, version: call.version });
  return tell(result, options, output);
}

async function prepare(call: StormCall, askStatus: AskStatus): Promise<Result<Ready, Trouble>> {
  const options = readOptions(call.protocol, call.target, call.raw);
  if (!options.ok) return usage(...options.error);
  const { target, allowRemote, load, seed, master, save, report } = options.value;
  const address = await resolveTarget(target, allowRemote);
  if (!address.ok) return usage(address.error);
  for (const file of [save, report]) {
    const problem = file === undefined ? undefined : cannotWrite(file);
    if (problem !== undefined) return err({ exitCode: EXIT.cannotCreate, text: `preforkd: ${problem}` });
  }
  const plan = planStorm(load, seed);
  const lacks = lacksDescriptors(plan, descriptorLimit());
  if (lacks !== undefined) return usage(lacks);
  const found = await findMaster(master, address.value, askStatus);
  if (!found.ok) return found;
  return ok({ options: options.value, address: address.value, found: found.value, plan });
}

function usage(...mistakes: readonly string[]): Result<never, Trouble> {
  const lines = mistakes.map((mistake) => `preforkd: ${mistake}`);
  return err({ exitCode: EXIT.usage, text: `${lines.join('\n')}\n(preforkd storm --help says more)` });
}

/** Known before the storm, not after it. */
function cannotWrite(file: string): string | undefined {
  try {
    closeSync(openSync(file, 'a'));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function tell(
  result: StormResult,
  options: StormOptions,
  { out, err: complain }: Output,
): Promise<number> {
  const { json, save, report, objectives } = options;
  const text = `${JSON.stringify(result)}\n`;
  out(json ? text : stormTable(result));
  try {
    if (save !== undefined) writeFileSync(save, text);
    if (report !== undefined) {
      // 0.4 s of loading, which nobody pays who wants no report.
      const { reportPage } = await import('./report/page.ts');
      writeFileSync(report, reportPage(result));
    }
  } catch (error) {
    complain(`preforkd: ${(error as Error).message}\n`);
    return EXIT.cannotCreate;
  }
  if (result.interrupted) return EXIT.interrupted;
  return objectives.length === 0 || result.objectives.every(({ holds }) => holds) ? EXIT.ok : EXIT.failure;
}

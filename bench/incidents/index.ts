// `preforkd storm incident`: the table of the incidents, and one of them from the words of the command line to an exit
// code: 0 when the old way failed as it did then and ours did not. Loaded by src/cli/storm-incident.ts, and only when
// that verb is called.

import { randomInt } from 'node:crypto';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { tableText } from '../../src/cli/table.ts';
import { EXIT } from '../../src/lib/exit-codes.ts';
import { durationText } from '../../src/lib/text.ts';
import { createWords, duration } from '../storm/options/words.ts';
import type { Incident, IncidentOptions, Surroundings, Told } from './incident.ts';
import { stalledMaster } from './stalled-master/index.ts';

/** As the command line gives them. */
export interface IncidentCall {
  readonly name: string | undefined;
  readonly raw: {
    readonly seed?: string;
    readonly duration?: string;
    readonly json?: boolean;
    readonly report?: string;
  };
}

const INCIDENTS: Readonly<Record<string, Incident>> = { 'stalled-master': stalledMaster };
/** Easily read and typed again. */
const SEED_MAX = 1_000_000_000;

export async function incident({ name, raw }: IncidentCall, surroundings: Surroundings): Promise<number> {
  const { output } = surroundings;
  if (name === undefined) {
    output.out(listText());
    return EXIT.ok;
  }
  const found = Object.hasOwn(INCIDENTS, name) ? INCIDENTS[name] : undefined;
  if (found === undefined) {
    output.err(`preforkd: there is no incident "${name}"\n${listText()}`);
    return EXIT.usage;
  }
  const options = optionsOf(raw, found);
  if (typeof options === 'string') {
    output.err(`preforkd: ${options}\n(preforkd storm incident --help says more)\n`);
    return EXIT.usage;
  }
  const problem = raw.report === undefined ? undefined : written(raw.report, undefined);
  if (problem !== undefined) {
    output.err(`preforkd: ${problem}\n`);
    return EXIT.cannotCreate;
  }
  return happen(found, options, raw, surroundings);
}

function listText(): string {
  return tableText(
    [
      { title: 'INCIDENT', cell: ([name]) => name },
      { title: 'WHAT HAPPENED', cell: ([, { says }]) => says },
    ],
    Object.entries(INCIDENTS),
  );
}

function optionsOf(raw: IncidentCall['raw'], { durationMs }: Incident): IncidentOptions | string {
  const words = createWords();
  const asked = words.take<number | undefined>('--duration', raw.duration, duration, undefined);
  if (asked !== undefined && (asked < durationMs.least || asked > durationMs.most)) {
    words.mistake(`--duration: from ${durationText(durationMs.least)} to ${durationText(durationMs.most)}`);
  }
  const [mistake] = words.mistakes;
  return mistake ?? { seed: raw.seed ?? `${randomInt(SEED_MAX)}`, durationMs: asked };
}

async function happen(
  found: Incident,
  options: IncidentOptions,
  { json, report }: IncidentCall['raw'],
  surroundings: Surroundings,
): Promise<number> {
  const { output } = surroundings;
  let told: Told | undefined;
  try {
    told = await found.run(options, surroundings);
  } catch (error) {
    // No port, no process, no memory to be had: nothing was shown, one way or the other.
    output.err(`preforkd: the incident could not be made: ${(error as Error).message}\n`);
    return EXIT.unavailable;
  }
  if (told === undefined) return EXIT.interrupted;
  const colours = output.columns !== undefined && process.env.NO_COLOR === undefined;
  output.out(json === true ? `${JSON.stringify(told.result)}\n` : told.text(colours));
  const problem = report === undefined ? undefined : written(report, await told.page());
  if (problem !== undefined) {
    output.err(`preforkd: ${problem}\n`);
    return EXIT.cannotCreate;
  }
  return told.reproduced ? EXIT.ok : EXIT.failure;
}

/** Without a text: whether it could be written, which is better known before than after. The problem, if there is one. */
function written(file: string, text: string | undefined): string | undefined {
  try {
    if (text === undefined) closeSync(openSync(file, 'a'));
    else writeFileSync(file, text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

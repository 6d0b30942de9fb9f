// All options of a storm: text from the command line becomes what the storm needs, or all that is wrong with it. Pure,
// but for a seed, which is drawn when none was said.

import { randomInt } from 'node:crypto';
import { err, ok, type Result } from '../../../src/lib/result.ts';
import type { Comeback } from '../load/comeback.ts';
import type { Load } from '../load/plan.ts';
import type { TroubleWishes } from '../trouble/trouble.ts';
import type { MasterWishes } from '../watch/find-master.ts';
import { readComeback, readLoad } from './load.ts';
import { type Objective, parseObjectives } from './objectives.ts';
import { type Protocol, parseProtocol } from './protocol.ts';
import type { RawOptions } from './raw.ts';
import { parseTarget, type Target } from './target.ts';
import { readTrouble } from './trouble.ts';
import { count, createWords, duration, type Words } from './words.ts';

export interface StormOptions {
  readonly protocol: Protocol;
  readonly target: Target;
  readonly allowRemote: boolean;
  readonly load: Load;
  /** For each single answer. */
  readonly patienceMs: number;
  /** undefined: nobody comes back. */
  readonly comeback: Comeback | undefined;
  readonly seed: string;
  readonly master: MasterWishes;
  readonly sampleMs: number;
  readonly trouble: TroubleWishes;
  readonly objectives: readonly Objective[];
  readonly json: boolean;
  /** Files to be written. */
  readonly save: string | undefined;
  readonly report: string | undefined;
}

const PATIENCE_MS = 30_000;
const SAMPLE_MS = 100;
const SAMPLE_MS_MIN = 20;
/** Easily read and typed again. */
const SEED_MAX = 1_000_000_000;
const PID_MAX = 4_194_304;

/** Or every mistake, each a sentence. */
export function readOptions(
  protocolName: string,
  targetText: string,
  raw: RawOptions,
): Result<StormOptions, readonly string[]> {
  const words = createWords();
  const protocol = parseProtocol(protocolName, targetText, raw, words);
  const target = words.take<Target | undefined>('TARGET', targetText, parseTarget, undefined);
  const load = readLoad(raw, words);
  const options = {
    allowRemote: raw.allowRemote === true,
    load,
    patienceMs: words.take('--timeout', raw.timeout, duration, PATIENCE_MS),
    comeback: readComeback(raw, load, words),
    seed: raw.seed ?? `${randomInt(SEED_MAX)}`,
    master: readMaster(raw, words),
    sampleMs: words.take('--sample', raw.sample, duration, SAMPLE_MS),
    trouble: readTrouble(raw, words),
    objectives: words.take<readonly Objective[]>('--slo', raw.slo, parseObjectives, []),
    json: raw.json === true,
    save: raw.save,
    report: raw.report,
  };
  if (options.sampleMs < SAMPLE_MS_MIN) words.mistake(`--sample: at least ${SAMPLE_MS_MIN}ms`);
  if (options.master.none && Object.keys(options.trouble).length > 0) {
    words.mistake('--no-master: --signals, --kill, --reload and --stop-cont need one');
  }
  if (words.mistakes.length > 0 || target === undefined || protocol === undefined) return err(words.mistakes);
  return ok({ ...options, target, protocol });
}

function readMaster(raw: RawOptions, words: Words): MasterWishes {
  const pid = words.take('--pid', raw.pid, count(PID_MAX, 2), 0);
  if (raw.metrics !== undefined && !isHttp(raw.metrics)) {
    words.mistake(`--metrics: "${raw.metrics}" is no address; write http://127.0.0.1:9464/metrics`);
  }
  return {
    none: raw.master === false,
    ...(raw.socket === undefined ? {} : { socket: raw.socket }),
    ...(raw.config === undefined ? {} : { config: raw.config }),
    ...(raw.metrics === undefined ? {} : { metricsUrl: raw.metrics }),
    ...(raw.service === undefined ? {} : { service: raw.service }),
    ...(pid === 0 ? {} : { pid }),
  };
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'http:';
}

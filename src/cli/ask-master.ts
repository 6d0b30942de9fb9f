// Sends one request to the master and turns what comes back into output and an exit code: the part that all verbs
// share. A missing master is said clearly, with the path that was tried.

import { EXIT } from '../lib/exit-codes.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Listener } from '../plane/control/client.ts';
import type { Answer, Ask, Refusal } from '../plane/control/wire.ts';
import { type Located, type LocateOptions, locateControlSocket, type Problem } from './locate.ts';
import type { Output } from './output.ts';

export const QUICK_MS = 5_000;
/** A reload or a stop that is waited for: drains have their own deadlines, well below. */
export const PATIENT_MS = 24 * 3_600_000;

const REFUSED: Readonly<Record<Refusal, number>> = {
  'bad-request': EXIT.software,
  failed: EXIT.failure,
  'bad-configuration': EXIT.configuration,
};

/** `use` shows a good answer; without it, its text is printed. Resolves with the exit code. */
export async function askMaster(
  request: Ask,
  options: LocateOptions,
  output: Output,
  {
    timeoutMs = QUICK_MS,
    use = printText,
    listener,
  }: {
    timeoutMs?: number;
    use?: (answer: Good, output: Output) => void;
    listener?: Listener | undefined;
  } = {},
): Promise<number> {
  const asked = await requestOf(request, options, timeoutMs, listener);
  if (!asked.ok) {
    output.err(`${asked.error.text}\n`);
    return asked.error.exitCode;
  }
  const { answer } = asked.value;
  if (answer.ok) {
    use(answer, output);
    return EXIT.ok;
  }
  output.err(`${answer.error}\n`);
  return REFUSED[answer.refusal];
}

/** The answer, whatever it says, and where it came from. */
export async function requestOf(
  request: Ask,
  options: LocateOptions,
  timeoutMs = QUICK_MS,
  listener?: Listener,
): Promise<Result<{ readonly answer: Answer; readonly located: Located }, Problem>> {
  const located = await locateControlSocket(options);
  if (!located.ok) return located;
  const { ask } = await import('../plane/control/client.ts');
  const outcome = await ask(located.value.path, request, timeoutMs, listener);
  if (outcome.kind === 'answered') return ok({ answer: outcome.answer, located: located.value });
  const exitCode = outcome.kind === 'denied' ? EXIT.permission : EXIT.unavailable;
  return err({ exitCode, text: `preforkd: ${troubleText(outcome, located.value)}` });
}

export type Good = Extract<Answer, { ok: true }>;

function printText(answer: Good, output: Output): void {
  if (answer.text !== undefined) output.out(`${answer.text}\n`);
}

function troubleText(
  outcome: { readonly kind: 'no-master' | 'denied' | 'no-answer'; readonly reason?: string },
  { path, by }: Located,
): string {
  if (outcome.kind === 'no-master') return `no master runs at ${path} (${by}; ${outcome.reason})`;
  if (outcome.kind === 'denied') return `the master at ${path} belongs to another user`;
  return `the master at ${path} did not answer: ${outcome.reason}`;
}

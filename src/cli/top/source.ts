// Where `preforkd top` gets what it shows: a status and the last events, by the control socket, each time anew, so that a
// master that was restarted is simply there again. Called by screen.ts and batch.ts. Nothing waits longer than LOOK_MS.

import type { Result } from '../../lib/result.ts';
import { err, ok } from '../../lib/result.ts';
import { ask, type Outcome } from '../../plane/control/client.ts';
import type { Remark } from '../../plane/recent.ts';
import type { Status } from '../../plane/status.ts';
import type { Sample } from './figures.ts';
import type { ChangingVerb } from './view.ts';

const LOOK_MS = 5_000;
const REMARKS_SHOWN_MAX = 60;

export interface Look extends Sample {
  readonly remarks: readonly Remark[];
}

export interface Source {
  look(): Promise<Result<Look, string>>;
  /** Resolves with a sentence. */
  change(verb: ChangingVerb, service: string): Promise<string>;
}

export function createSource(path: string): Source {
  return {
    look: async () => {
      const at = performance.now();
      const [status, events] = await Promise.all([
        ask(path, { verb: 'status' }, LOOK_MS),
        ask(
          path,
          { verb: 'events', args: { follow: false, level: 'info', count: REMARKS_SHOWN_MAX } },
          LOOK_MS,
        ),
      ]);
      const answered = goodOf(status);
      if (!answered.ok) return answered;
      const told = goodOf(events);
      // An older master has none.
      const remarks = told.ok ? (told.value.data as readonly Remark[]) : [];
      return ok({ status: answered.value.data as Status, at, remarks });
    },
    change: async (verb, service) => {
      const outcome = goodOf(await ask(path, { verb, args: { service } }, LOOK_MS));
      return outcome.ok ? (outcome.value.text ?? 'done') : outcome.error;
    },
  };
}

function goodOf(outcome: Outcome): Result<{ readonly text?: string; readonly data?: unknown }, string> {
  if (outcome.kind === 'answered') return outcome.answer.ok ? ok(outcome.answer) : err(outcome.answer.error);
  if (outcome.kind === 'denied') return err('it belongs to another user');
  return err(outcome.kind === 'no-master' ? `nobody listens there (${outcome.reason})` : outcome.reason);
}

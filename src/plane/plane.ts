// The plane of a running master: logs, metrics, HTTP, control socket, sampler and signals around the supervisor
// thread, put up in an order that matters and taken down when it has ended. Called by wiring with everything checked
// and the instance lock held; resolves with the master's exit code.

import { EXIT } from '../lib/exit-codes.ts';
import { createScoreboard } from '../thread/scoreboard.ts';
import { showBanner } from './banner.ts';
import type { ControlServer } from './control/server.ts';
import { endCrashed } from './crash.ts';
import { controlRoutes, openControl, openHttp, signalHandler } from './doors.ts';
import { guardErrors } from './guard.ts';
import { createEars, createHands, type Ending, type PlaneInput, startThread } from './parts.ts';
import { installSignals } from './signals.ts';

/** Answers that wait for the end ("stop --wait") leave before the socket closes. */
const LAST_ANSWERS_MS = 50;

export async function runPlane(input: PlaneInput): Promise<number> {
  const shared = createScoreboard();
  // Facts and requests arrive on the event loop, when everything that is used here is there.
  const ears = createEars(input, shared, (worker) => hands.sampler.forget(worker));
  const { log, workers } = ears;
  const unguard = guardErrors(log, ears.counters);
  for (const diagnostic of input.configuration.warnings)
    log.tell({ kind: 'configuration-warning', diagnostic });
  if (input.chaos) log.tell({ kind: 'chaos', ...input.chaos });

  // The control socket first: it is bound under a umask of its own, which no worker must inherit.
  const control = input.face.asOwner(() => openControl(input, log, (...asked) => answer(...asked)));
  const { promise: ended, resolve: end } = deferred<Ending>();
  const thread = startThread(input, shared, ears, {
    ready: () => void showBanner(input, hands.status, () => http?.url()),
    ended: end,
  });
  const hands = createHands(input, ears, thread, () => http?.url());
  const exitCode = ended.then((ending) => (ending.kind === 'stopped' ? ending.exitCode : EXIT.software));
  const answer = controlRoutes(hands, exitCode, ears);
  const http = openHttp(input, ears, hands);
  const ignoreSignals = installSignals(signalHandler(ears, hands));

  const ending = await ended;
  if (ending.kind === 'crashed') await endCrashed(ending.error, ending.dump, workers, log);
  hands.sampler.stop();
  http?.stop();
  await closeControl(control);
  ignoreSignals();
  unguard();
  return exitCode;
}

async function closeControl(control: ControlServer | undefined): Promise<void> {
  if (control === undefined) return;
  await new Promise((resolve) => setTimeout(resolve, LAST_ANSWERS_MS));
  control.stop();
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

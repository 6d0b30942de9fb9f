// The plane of a running master: logs, metrics, HTTP, control socket, sampler and signals around the supervisor
// thread, put up in an order that matters and taken down when it has ended. Called by wiring with everything checked
// and the instance lock held; resolves with the master's exit code.

import { EXIT } from '../lib/exit-codes.ts';
import { createPulse } from '../thread/pulse.ts';
import { createScoreboard } from '../thread/scoreboard.ts';
import { showBanner } from './banner.ts';
import type { ControlServer } from './control/server.ts';
import { endCrashed } from './crash.ts';
import { controlRoutes, openControl, openHttp, signalHandler } from './doors.ts';
import { guardErrors } from './guard.ts';
import { monotonicMs } from './metrics/board-reader.ts';
import { createEars, createHands, type Ears, type Ending, type PlaneInput, startThread } from './parts.ts';
import { createServiceManager, takeNotifyWish } from './sd-notify.ts';
import { installSignals } from './signals.ts';

/** Answers that wait for the end ("stop --wait") leave before the socket closes. */
const LAST_ANSWERS_MS = 50;

export async function runPlane(input: PlaneInput): Promise<number> {
  const shared = { board: createScoreboard(), pulse: createPulse() };
  const manager = createServiceManager(takeNotifyWish(process.env, process.pid), process.pid, monotonicMs);
  // Facts and requests arrive on the event loop, when everything that is used here is there.
  const ears = createEars(input, shared, manager, {
    exited: (worker) => hands.sampler.forget(worker),
    stallLimitMs: () => hands.reloader.current.settings.watchdogLimitMs,
  });
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
  const hands = createHands(input, ears, thread, () => http);
  const exitCode = ended.then((ending) => (ending.kind === 'stopped' ? ending.exitCode : EXIT.software));
  const answer = controlRoutes(hands, exitCode, ears);
  const http = openHttp(input, ears, hands);
  const ignoreSignals = installSignals(signalHandler(ears, hands));
  const unwatch = watch(ears);

  const ending = await ended;
  unwatch();
  if (ending.kind === 'crashed') manager.failing();
  if (ending.kind === 'crashed') await endCrashed(ending.error, ending.dump, workers, log);
  hands.sampler.stop();
  http?.stop();
  await closeControl(control);
  ignoreSignals();
  unguard();
  manager.close();
  return exitCode;
}

/** Looks, and tells the service manager what was seen, until the supervisor has ended. */
function watch({ watchdog, manager }: Ears): () => void {
  const timer = setInterval(() => {
    watchdog.look();
    manager.looked(watchdog.quietMs(), watchdog.stall());
  }, manager.lookEveryMs);
  return () => clearInterval(timer);
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

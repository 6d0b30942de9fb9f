// The doors of a running plane to the world: control socket, HTTP, signals. Each gets the parts it needs and tells
// the log what happens at it. Opened by plane.ts.

import { didYouMean } from '../config/suggest.ts';
import { type ControlRoutes, createControlRoutes } from './control/routes.ts';
import { type ControlServer, startControlServer } from './control/server.ts';
import { openStatusPage } from './http/page.ts';
import { createRoutes, health } from './http/routes.ts';
import { type HttpServer, startHttpServer } from './http/server.ts';
import type { Log } from './logs/logger.ts';
import { createMetricsPage } from './metrics/exporter.ts';
import { createPlaneNumbers } from './metrics/plane-numbers.ts';
import type { Ears, Hands, PlaneInput } from './parts.ts';
import { createSignalHandler, type SignalHandler, watchTerminal } from './signals.ts';
import { throttled } from './throttle.ts';

const BAD_INPUT_LOG_INTERVAL_MS = 1_000;

/** undefined when the socket cannot be had: signals still work, and the services do. */
export function openControl(
  { configuration }: PlaneInput,
  log: Log,
  answer: ControlRoutes,
): ControlServer | undefined {
  const path = configuration.settings.controlSocket;
  const unavailable = (reason: string) => log.tell({ kind: 'control-unavailable', path, reason });
  const server = startControlServer({
    path,
    answer,
    listening: () => log.tell({ kind: 'control-listening', path }),
    badInput: throttled(BAD_INPUT_LOG_INTERVAL_MS, (problem: string, leftOut) => {
      log.tell({
        kind: 'control-bad-input',
        problem: leftOut === 0 ? problem : `${problem} (and ${leftOut} before)`,
      });
    }),
    unavailable,
  });
  if (server.ok) return server.value;
  unavailable(server.error);
  return undefined;
}

export function controlRoutes(hands: Hands, stopped: Promise<number>, { log, recent }: Ears): ControlRoutes {
  return createControlRoutes({
    ...hands,
    recent,
    stopped,
    didYouMean,
    told: (request, answer) => {
      const name = 'args' in request && 'service' in request.args ? request.args.service : undefined;
      const service = name === undefined ? {} : { service: name };
      const error = answer.ok ? {} : { error: answer.error };
      log.tell({ kind: 'control-request', verb: request.verb, ...service, ...error });
    },
  });
}

/** undefined with `http listen=off`. */
export function openHttp(input: PlaneInput, ears: Ears, hands: Hands): HttpServer | undefined {
  const { http } = input.configuration.settings;
  if (http === undefined) return undefined;
  const { log, board, slots, recent, cyrusMetrics, watchdog } = ears;
  const plane = createPlaneNumbers({
    version: input.version,
    counters: ears.counters,
    board: board.read,
    boardAgeMs: board.ageMs,
    stalled: () => watchdog.stall() !== undefined,
    logTroubles: () => input.destination.troubles() + (input.cyrus?.syslog?.troubles() ?? 0),
  });
  const metrics = createMetricsPage(
    () => ({
      board: board.read(),
      slots: slots.all(),
      events: slots.events(),
      usage: hands.sampler.usage(),
      plane,
    }),
    (numbers) => cyrusMetrics?.metrics(numbers, () => hands.reloader.current.master) ?? [],
  );
  const sources = { metrics, status: hands.status, boardAgeMs: board.ageMs, stall: watchdog.stall };
  const failed = (reason: string) => log.tell({ kind: 'http-error', reason });
  const { version, file } = input;
  const page = openStatusPage({
    ...{ version, file, board, slots, status: hands.status, recent, failed, standing: watchdog.standing },
    health: () => health(sources),
  });
  const server = startHttpServer({
    ...http,
    routes: createRoutes(sources, page.routes),
    listening: (url) => log.tell({ kind: 'http-listening', url }),
    unavailable: (reason, retryInMs) => {
      log.tell({ kind: 'http-unavailable', address: `${http.host}:${http.port}`, reason, retryInMs });
    },
    failed,
  });
  return {
    url: server.url,
    renew: server.renew,
    stop: () => {
      page.stop();
      server.stop();
    },
  };
}

export function signalHandler({ log, workers }: Ears, { thread, reloader }: Hands): SignalHandler {
  return createSignalHandler(
    {
      shutdown: (reason) => void thread.command({ kind: 'shutdown', reason }),
      force: () => void thread.command({ kind: 'shutdown', reason: 'forced', force: true }),
      reload: () => void reloader.reload(),
      activeCount: () => workers.count,
      tell: log.tell,
    },
    watchTerminal(),
  );
}

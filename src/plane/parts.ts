// The parts of a running plane, and how they are made: the ears learn from the supervisor's facts, the hands ask it
// for something. Made by plane.ts; the doors (doors.ts) open them to the world.

import type { Fact } from '../core/facts.ts';
import { type SupervisorThread, startSupervisorThread } from '../thread/handle.ts';
import type { ThreadInput } from '../thread/messages.ts';
import type { Configuration, LoadConfiguration } from './configuration.ts';
import type { Face } from './face.ts';
import type { HttpServer } from './http/server.ts';
import { takeListenFds } from './listen-fds.ts';
import { createLiveWorkers, type LiveWorkers } from './live-workers.ts';
import type { LogDestination } from './logs/destination.ts';
import { quietKinds } from './logs/event-table.ts';
import { createLog, type Log } from './logs/logger.ts';
import type { Syslog } from './logs/syslog.ts';
import { type BoardReader, createBoardReader } from './metrics/board-reader.ts';
import { type CyrusMetrics, createCyrusMetrics } from './metrics/cyrus.ts';
import { createPlaneCounters, type PlaneCounters } from './metrics/plane-numbers.ts';
import { createSlots, type Slots } from './metrics/slots.ts';
import { createRecent, REMARKS_KEPT, type Recent, rememberingLog } from './recent.ts';
import { createReloader, type Reloader } from './reload.ts';
import { createSampler, type Sampler } from './sampler.ts';
import { announcing, type ServiceManager } from './sd-notify.ts';
import { createStatusReader, type StatusReader } from './status.ts';
import { throttled } from './throttle.ts';
import { type Watchdog, watchdogOf } from './watchdog.ts';

const SAMPLER_LOG_INTERVAL_MS = 60_000;

export interface PlaneInput {
  readonly file: string;
  readonly load: LoadConfiguration;
  readonly configuration: Configuration;
  readonly runDirectory: string;
  readonly destination: LogDestination;
  readonly version: string;
  readonly banner: boolean;
  readonly chaos: ThreadInput['chaos'];
  readonly face: Face;
  /** For what ends the master before it runs: it is read where it was started. */
  complain(text: string): void;
  readonly cyrus?: CyrusPart;
}

/** What is different when we stand in for Cyrus's master. */
export interface CyrusPart {
  /** Instead of our own; undefined: the JSON lines. */
  readonly log: Log | undefined;
  readonly learn: (fact: Fact) => void;
  /** Whether Cyrus's names are served beside ours. */
  readonly metrics: boolean;
  /** The supervisor thread keeps a socket connected to this path, and says which. */
  readonly syslog?: Pick<Syslog, 'opened' | 'troubles'> & { readonly path: string };
}

/** What exists before the supervisor thread does, and learns from its facts. */
export interface Ears {
  readonly log: Log;
  /** Whatever the log is told, in words. */
  readonly recent: Recent;
  readonly slots: Slots;
  readonly workers: LiveWorkers;
  readonly board: BoardReader;
  readonly counters: PlaneCounters;
  readonly cyrusMetrics: CyrusMetrics | undefined;
  readonly watchdog: Watchdog;
  readonly manager: ServiceManager;
}

/** What the supervisor thread writes and anybody may look at. */
type Shared = Pick<ThreadInput, 'board' | 'pulse'>;

/** What asks the supervisor thread. */
export interface Hands {
  readonly thread: SupervisorThread;
  readonly sampler: Sampler;
  readonly status: StatusReader;
  readonly reloader: Reloader;
}

export type Ending =
  | { readonly kind: 'stopped'; readonly exitCode: number }
  | { readonly kind: 'crashed'; readonly error: string; readonly dump: string };

export function createEars(
  { configuration, destination, cyrus }: PlaneInput,
  shared: Shared,
  manager: ServiceManager,
  on: { readonly exited: Sampler['forget']; stallLimitMs(): number },
): Ears {
  const recent = createRecent(REMARKS_KEPT);
  const log = rememberingLog(cyrus?.log ?? createLog(destination, configuration.settings.log.level), recent);
  return {
    log,
    recent,
    slots: createSlots(),
    workers: createLiveWorkers(on.exited),
    board: createBoardReader(shared.board),
    counters: createPlaneCounters(),
    cyrusMetrics: cyrus?.metrics === true ? createCyrusMetrics() : undefined,
    watchdog: watchdogOf(shared.pulse, on.stallLimitMs, log.tell),
    manager,
  };
}

export function startThread(
  { configuration, runDirectory, chaos, face, complain, cyrus }: PlaneInput,
  shared: Shared,
  { log, slots, workers, cyrusMetrics, manager }: Ears,
  on: { ready(): void; ended(ending: Ending): void },
): SupervisorThread {
  const { master: spec, settings } = configuration;
  const listenFds = takeListenFds(process.env, process.pid);
  return startSupervisorThread(
    {
      spec,
      ...shared,
      runDirectory,
      pidfile: face.pidfile,
      quiet: quietKinds(settings.log.level),
      listenFds,
      chaos,
      logSocket: cyrus?.syslog?.path,
      notifySocket: manager.socket,
    },
    {
      facts: (facts) => {
        for (const fact of facts) {
          slots.learn(fact);
          workers.learn(fact);
          cyrus?.learn(fact);
          cyrusMetrics?.learn(fact);
          manager.learn(fact);
          log.fact(fact);
          if (fact.kind === 'master-ready') on.ready();
        }
      },
      pidfileTaken: () => {
        // First, for whoever started us ends when it hears of the pidfile, and would be taken for us until then.
        manager.isMain();
        face.pidfileTaken();
      },
      refused: (text, exitCode) => {
        complain(text);
        on.ended({ kind: 'stopped', exitCode });
      },
      stopped: (exitCode) => on.ended({ kind: 'stopped', exitCode }),
      crashed: (error, dump) => on.ended({ kind: 'crashed', error, dump }),
      chaos: (injected) => log.tell({ kind: 'chaos-over', injected }),
      logSocket: (fd) => cyrus?.syslog?.opened(fd),
      notifySocket: manager.opened,
    },
  );
}

export function createHands(
  input: PlaneInput,
  { log, workers, counters, manager, watchdog }: Ears,
  thread: SupervisorThread,
  http: () => Pick<HttpServer, 'url' | 'renew'> | undefined,
): Hands {
  const { file, load, configuration, runDirectory, version } = input;
  const sampler = createSampler({
    intervalMs: configuration.settings.sampleIntervalMs,
    workers,
    maxrssOf: (name) =>
      reloader.current.master.services.find((service) => service.name === name)?.maxrssBytes ?? 0,
    retire: ({ serial }, why) => void thread.command({ kind: 'retire', serial, why }),
    failed: throttled(SAMPLER_LOG_INTERVAL_MS, (reason) => log.tell({ kind: 'sampler-failed', reason })),
  });
  const status = createStatusReader({
    thread,
    master: { version, file, runDirectory },
    sampleOf: sampler.sampleOf,
    httpUrl: () => http()?.url(),
    standing: watchdog.standing,
  });
  const reloader = createReloader({
    file,
    load,
    initial: configuration,
    thread,
    log,
    counters,
    sampleInterval: sampler.setInterval,
    renewHttp: () => http()?.renew(),
  });
  return { thread, sampler, status, reloader: announcing(reloader, manager) };
}

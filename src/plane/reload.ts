// Reload: reads the configuration again, refuses a bad one (the old goes on, the diagnostics are logged and
// answered), and hands a good one to the supervisor. Log level and sampling follow at once; settings that only a
// restart can apply are named. Called on SIGHUP and by `preforkd reload`; one reload at a time.

import type { Settings } from '../config/settings.ts';
import type { MasterSpec } from '../core/spec.ts';
import type { SupervisorThread } from '../thread/handle.ts';
import type { Configuration, LoadConfiguration } from './configuration.ts';
import { quietKinds } from './logs/event-table.ts';
import type { Log } from './logs/logger.ts';
import { LOG_LEVELS } from './logs/row.ts';
import type { PlaneCounters } from './metrics/plane-numbers.ts';

export type ReloadOutcome =
  | { readonly kind: 'applied'; readonly text: string }
  /** The new configuration is bad: `text` holds the diagnostics. */
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string };

export interface Reloader {
  reload(): Promise<ReloadOutcome>;
  readonly current: Configuration;
}

export interface ReloadInput {
  readonly file: string;
  readonly load: LoadConfiguration;
  readonly initial: Configuration;
  readonly thread: SupervisorThread;
  readonly log: Log;
  readonly counters: PlaneCounters;
  /** The sampler takes the new interval. */
  sampleInterval(intervalMs: number): void;
  /** What the files of `http` say is read again. */
  renewHttp(): void;
}

export function createReloader(input: ReloadInput): Reloader {
  let current = input.initial;
  let last: Promise<unknown> = Promise.resolve();
  // Whoever asks before the file is read is answered by that reading: each reload replaces workers, and a burst of
  // signals means one.
  let waiting: Promise<ReloadOutcome> | undefined;
  const reload = async (): Promise<ReloadOutcome> => {
    const outcome = await attempt(input, current);
    const { lastReload } = input.counters;
    lastReload.successful = outcome.kind === 'applied';
    if (lastReload.successful) lastReload.succeededAt = Date.now();
    if ('configuration' in outcome) {
      current = outcome.configuration;
      return { kind: 'applied', text: outcome.text };
    }
    // The supervisor counts those that it refused itself.
    if (outcome.kind === 'refused') input.counters.reloadsRefused += 1;
    input.log.tell({ kind: 'reload-refused', diagnostics: outcome.text });
    return outcome;
  };
  return {
    reload: () => {
      if (waiting !== undefined) return waiting;
      const next = last.then(() => {
        waiting = undefined;
        return reload();
      });
      waiting = next;
      last = next.catch(() => {});
      return next;
    },
    get current() {
      return current;
    },
  };
}

type Attempt =
  | { readonly kind: 'applied'; readonly text: string; readonly configuration: Configuration }
  | { readonly kind: 'refused' | 'failed'; readonly text: string };

async function attempt(
  { file, load, thread, log, sampleInterval, renewHttp }: ReloadInput,
  { master, settings: before }: Configuration,
): Promise<Attempt> {
  const loaded = await load(file);
  if (!loaded.ok) return { kind: 'refused', text: loaded.diagnostics };
  for (const diagnostic of loaded.configuration.warnings)
    log.tell({ kind: 'configuration-warning', diagnostic });
  const spec: MasterSpec = loaded.configuration.master;
  // Most likely the file is being written just now: nobody stops a server by emptying its configuration.
  if (runsNothing(spec) && !runsNothing(master)) {
    return {
      kind: 'refused',
      text: `${file}:1:1: error: nothing to run is left in this file; to stop: preforkd stop`,
    };
  }
  const reply = await thread.command({ kind: 'reload', spec });
  if (!reply.ok) return { kind: 'failed', text: reply.error };
  const { settings } = loaded.configuration;
  if (settings.log.level !== log.level) await applyLogLevel(settings, log, thread);
  sampleInterval(settings.sampleIntervalMs);
  renewHttp();
  const late = needsRestart(before, settings);
  if (late.length > 0) log.tell({ kind: 'needs-restart', settings: late.join('; ') });
  const notes = late.map((setting) => `needs a restart to take effect: ${setting}`);
  // What stays in force until the restart is compared with again by the next reload.
  const inForce: Settings = {
    ...before,
    log: { ...before.log, level: settings.log.level },
    sampleIntervalMs: settings.sampleIntervalMs,
    watchdogLimitMs: settings.watchdogLimitMs,
  };
  const configuration = { ...loaded.configuration, settings: inForce };
  return {
    kind: 'applied',
    text: [reply.text ?? 'configuration reloaded', ...notes].join('\n'),
    configuration,
  };
}

function runsNothing({ services, daemons, events }: MasterSpec): boolean {
  return services.length + daemons.length + events.length === 0;
}

async function applyLogLevel(settings: Settings, log: Log, thread: SupervisorThread): Promise<void> {
  const { level } = settings.log;
  const from = log.level;
  // Told at the one of the two that lets more through: who asks for more wants to see that he got it.
  if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(from)) log.setLevel(level);
  log.tell({ kind: 'log-level', from, to: level });
  log.setLevel(level);
  await thread.command({ kind: 'tune', quiet: quietKinds(level) });
}

/** Settings that differ and are bound at the start, as 'name: from -> to'. */
export function needsRestart(before: Settings, after: Settings): string[] {
  const http = ({ http }: Settings) => {
    if (http === undefined) return 'off';
    const files = [http.tokenFile, http.tls?.certificateFile, http.tls?.keyFile];
    return [`${http.host}:${http.port}`, ...files.filter((file) => file !== undefined)].join(' ');
  };
  const rows: readonly (readonly [string, (settings: Settings) => string])[] = [
    ['http', http],
    ['run directory', (settings) => settings.runDirectory],
    ['control socket', (settings) => settings.controlSocket],
    ['log format', (settings) => settings.log.format],
    ['log destination', (settings) => settings.log.destination],
  ];
  return rows
    .filter(([, read]) => read(before) !== read(after))
    .map(([name, read]) => `${name}: ${read(before)} -> ${read(after)}`);
}

// What the plane itself has to tell: its listeners, signals, reloads that were refused, its own bugs. Logged by
// the same kind of table as the core's facts. Told by wiring, reload, signals, http and control.

import { countText, printable } from '../../lib/text.ts';
import type { Row } from './row.ts';
import { WATCHDOG_ROWS, type WatchdogEvent } from './watchdog-rows.ts';

export type PlaneEvent =
  | WatchdogEvent
  | { readonly kind: 'configuration-warning'; readonly diagnostic: string }
  | {
      readonly kind: 'chaos';
      readonly plan: Readonly<Partial<Record<string, number>>>;
      readonly seed: number;
      readonly stallMs?: number;
    }
  | { readonly kind: 'chaos-over'; readonly injected: Readonly<Record<string, number>> }
  | { readonly kind: 'http-listening'; readonly url: string }
  | {
      readonly kind: 'http-unavailable';
      readonly address: string;
      readonly reason: string;
      readonly retryInMs: number;
    }
  | { readonly kind: 'http-error'; readonly reason: string }
  | { readonly kind: 'control-listening'; readonly path: string }
  | { readonly kind: 'control-unavailable'; readonly path: string; readonly reason: string }
  | { readonly kind: 'control-bad-input'; readonly problem: string }
  | {
      readonly kind: 'control-request';
      readonly verb: string;
      readonly service?: string;
      readonly error?: string;
    }
  | { readonly kind: 'signal'; readonly signal: string; readonly meaning: string }
  | { readonly kind: 'still-draining'; readonly active: number }
  | { readonly kind: 'forced'; readonly active: number }
  | { readonly kind: 'reload-refused'; readonly diagnostics: string }
  | { readonly kind: 'needs-restart'; readonly settings: string }
  | { readonly kind: 'log-level'; readonly from: string; readonly to: string }
  | { readonly kind: 'sampler-failed'; readonly reason: string }
  | { readonly kind: 'plane-error'; readonly error: string }
  | {
      readonly kind: 'master-crashed';
      readonly error: string;
      readonly dump: string;
      readonly active: number;
    };

export type PlaneEventKind = PlaneEvent['kind'];
type PlaneRows = { readonly [K in PlaneEventKind]: Row<Extract<PlaneEvent, { readonly kind: K }>> };

export const PLANE_ROWS = {
  'configuration-warning': {
    level: 'warn',
    meaning: 'The configuration is good enough to run, with something to look at.',
    text: (event) => event.diagnostic,
  },
  chaos: {
    level: 'warn',
    meaning:
      'Started with --chaos, for a test: system calls of the supervisor fail at random. The same words fail the same calls.',
    text: ({ plan, seed, stallMs }) => {
      const faults = Object.entries(plan).map(([fault, probability]) => `${fault}=${probability}`);
      if (stallMs !== undefined) faults.push(`stall=${stallMs}`);
      return `chaos: ${[...faults, `seed=${seed}`].join(',')}`;
    },
  },
  'chaos-over': {
    level: 'warn',
    meaning:
      'Just before the end of a supervisor that was started with --chaos: how often each fault had its effect.',
    text: ({ injected }) => {
      const counts = Object.entries(injected).filter(([, times]) => times > 0);
      return `chaos: injected ${counts.map(([fault, times]) => `${fault} ${countText(times, 'time')}`).join(', ') || 'nothing'}`;
    },
  },
  'http-listening': {
    level: 'info',
    meaning: 'Metrics, health and status are served.',
    text: (event) => `metrics and status on ${event.url}`,
  },
  'http-unavailable': {
    level: 'error',
    meaning: 'The HTTP address cannot be bound. Services run on without it; it is tried again.',
    text: (event) =>
      `no metrics and status on ${event.address}: ${event.reason}; services run on without, and it is tried again`,
  },
  'http-error': {
    level: 'error',
    meaning:
      'The HTTP listener has a trouble: an error of ours, or a token or certificate that cannot be used.',
    text: (event) => `HTTP: ${event.reason}`,
  },
  'control-listening': {
    level: 'debug',
    meaning: 'The command line can talk to the master.',
    text: (event) => `control socket ${event.path}`,
  },
  'control-unavailable': {
    level: 'error',
    meaning: 'The control socket does not work; use signals (SIGHUP, SIGTERM) meanwhile.',
    text: (event) => `no control socket at ${event.path}: ${event.reason}`,
  },
  'control-bad-input': {
    level: 'warn',
    meaning: 'Somebody wrote nonsense to the control socket; the connection was closed.',
    text: (event) => `bad input on the control socket: ${event.problem}`,
  },
  'control-request': {
    level: 'debug',
    raised: { to: 'info', when: 'it asks for a change', test: (event) => !READING_VERBS.has(event.verb) },
    meaning: 'The command line asked for something.',
    text: (event) => {
      // What else there is to say of a refused reload has an event of its own.
      const what = [event.verb, event.service].filter((part) => part !== undefined).join(' ');
      return event.error === undefined
        ? `asked to ${what}`
        : `asked to ${what}: refused, ${printable(event.error.split('\n', 1)[0] ?? '')}`;
    },
  },
  signal: {
    level: 'info',
    meaning: 'The master got a signal, and what it means to it.',
    text: (event) => `${event.signal}: ${event.meaning}`,
  },
  'still-draining': {
    level: 'warn',
    meaning: 'Ctrl-C was pressed again while workers finish their clients.',
    text: (event) =>
      `still draining: ${event.active} active; press Ctrl-C once more to kill them now (or send SIGINT)`,
  },
  forced: {
    level: 'warn',
    meaning: 'Ctrl-C was pressed a third time: the workers that are left are killed.',
    text: (event) => `forced: killing ${event.active} workers`,
  },
  'reload-refused': {
    level: 'error',
    meaning: 'The new configuration is bad: the old one goes on, nothing has changed.',
    text: (event) => `reload refused, the old configuration goes on: ${event.diagnostics}`,
  },
  'needs-restart': {
    level: 'warn',
    meaning: 'The reload changed settings that only a restart can apply; the others are in force.',
    text: (event) => `needs a restart to take effect: ${event.settings}`,
  },
  'log-level': {
    level: 'info',
    meaning: 'A reload changed the log level.',
    text: (event) => `log level ${event.from} becomes ${event.to}`,
  },
  'sampler-failed': {
    level: 'warn',
    meaning: 'CPU and memory of workers could not be read; the status shows none.',
    text: (event) => `cannot sample workers: ${event.reason}`,
  },
  ...WATCHDOG_ROWS,
  'plane-error': {
    level: 'error',
    meaning:
      'A bug in what looks out of the master (logs, HTTP, control). Supervision goes on. Please report it.',
    text: (event) => `an error of our own, supervision goes on: ${event.error}`,
  },
  'master-crashed': {
    level: 'fatal',
    meaning:
      'A contradiction in the supervisor: the workers are ended and the master exits 70. Please report it with the dump.',
    text: (event) => `the supervisor contradicted itself, ${event.active} workers are ended: ${event.error}`,
  },
} satisfies PlaneRows;

const READING_VERBS: ReadonlySet<string> = new Set(['status', 'why', 'events']);

// What serve() may be told, and what the environment tells where it is silent. Wrong values throw at the start,
// before the worker says that it is ready.

import { PREFORKD_BACKLOG, PREFORKD_CLIENT_LIMIT, PREFORKD_QUEUE_WAIT } from '../protocol/environment.ts';

export interface ServeOptions {
  /**
   * Connections held at once, at least 1. Default: the service's `clientlimit` (PREFORKD_CLIENT_LIMIT), else 1.
   */
  readonly concurrency?: number;
  /** Connections after which the worker finishes its clients and exits 0. Default: unlimited. */
  readonly maxUse?: number;
  /**
   * Milliseconds without a client after which the worker exits 0. The time runs from the end of the first client
   * on: a worker that was never used stays, because the master keeps it for the next burst. Default: unlimited.
   */
  readonly idleTimeout?: number;
  /**
   * Milliseconds that clients may go on after SIGTERM, before their connections are cut. Default: unlimited, for
   * the master has a limit of its own (`stoplimit`).
   */
  readonly drainTimeout?: number;
  /** As for net.createServer(): leave our side open when the client has ended its own. Default: false. */
  readonly allowHalfOpen?: boolean;
}

export interface Limits {
  readonly concurrency: number;
  readonly maxUse: number;
  readonly idleTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly allowHalfOpen: boolean;
  readonly backlog: number;
  /** The master understands how long a client was queued. */
  readonly tellsQueueWait: boolean;
}

/** What the master itself defaults to; the kernel cuts it to net.core.somaxconn. */
const BACKLOG_DEFAULT = 4_096;

/** Throws RangeError when an option is not a positive number. */
export function limitsOf(options: ServeOptions, environment: NodeJS.ProcessEnv): Limits {
  return {
    concurrency: whole('concurrency', options.concurrency) ?? told(environment[PREFORKD_CLIENT_LIMIT]) ?? 1,
    maxUse: whole('maxUse', options.maxUse) ?? Number.POSITIVE_INFINITY,
    idleTimeoutMs: whole('idleTimeout', options.idleTimeout) ?? Number.POSITIVE_INFINITY,
    drainTimeoutMs: whole('drainTimeout', options.drainTimeout) ?? Number.POSITIVE_INFINITY,
    allowHalfOpen: options.allowHalfOpen ?? false,
    backlog: told(environment[PREFORKD_BACKLOG]) ?? BACKLOG_DEFAULT,
    tellsQueueWait: environment[PREFORKD_QUEUE_WAIT] === '1',
  };
}

function whole(name: string, value: number | undefined): number | undefined {
  if (value === undefined || value === Number.POSITIVE_INFINITY) return undefined;
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`serve(): ${name} is ${value}, not 1 or more`);
  return value;
}

/** The environment is the administrator's: what is no number counts as not said. */
function told(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 ? value : undefined;
}

// preforkd/worker: the worker SDK. A program that calls serve() is a service of preforkd (and of a Cyrus master):
// it accepts as many connections as it has room for, reports them to the master, and ends when it is told to.
// Everything else in this directory serves serve(). The SDK adds little to Node's own start-up: see
// bench/micro/sdk-startup.ts before adding an import.

import { CYRUS_ID, CYRUS_SERVICE } from '../protocol/environment.ts';
import type { Handler } from './client.ts';
import { refuse } from './complain.ts';
import { limitsOf, type ServeOptions } from './options.ts';
import { Worker } from './worker.ts';

export type { ConnectionContext, Handler } from './client.ts';
export { StatusChannel } from './notify.ts';
export type { ServeOptions } from './options.ts';

/**
 * Serves connections of the listening socket that the master passed, until the process ends.
 *
 * `handler` is called with each accepted connection. When it returns a promise, the connection is served when the
 * promise settles, and is closed then if it is still open; when it returns nothing, the connection is served when it
 * closes. A handler that fails is reported on stderr, its connection is destroyed, and the worker goes on.
 *
 * The process ends by itself: with 0 after SIGHUP, maxUse or idleTimeout, with 75 after SIGTERM or SIGINT and when
 * the master is gone, each after its clients; with 70 when no preforkd (or Cyrus) master started it.
 * Release what must be released in `process.on('exit')`.
 *
 * @throws RangeError when an option is not a positive number.
 */
export function serve(handler: Handler, options: ServeOptions = {}): void {
  const limits = limitsOf(options, process.env);
  const service = process.env[CYRUS_SERVICE];
  const instance = process.env[CYRUS_ID];
  if (service === undefined || instance === undefined) {
    refuse('no master started this worker: name it as cmd= of a service in services.conf');
  }
  new Worker(handler, limits, { service, instance: Number(instance) }).start();
}

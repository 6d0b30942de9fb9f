// What is served, the same for every side of the comparison: over HTTP a small JSON answer, slow ones of three kinds and
// one that kills its worker; or an echo of what comes in. Called by preforkd.ts, cluster.ts and pm2.ts beside it, which
// differ only in where connections come from and who says that it is time to go.

import { appendFileSync } from 'node:fs';
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type Server as SocketServer } from 'node:net';

export type AppKind = 'http' | 'echo';

export interface App {
  /** Takes connections by its 'connection' event, or by listening itself. */
  readonly server: HttpServer | SocketServer;
  /** From now on every answer says that its connection is the last. Closes nothing: whoever called does. */
  drain(): void;
}

/** The same for all: preforkd's default, and as much as the kernel allows. */
export const BACKLOG = 4_096;
export const HOST = '127.0.0.1';

export function createApp(kind: AppKind): App {
  return kind === 'http' ? httpApp() : echoApp();
}

/** Tells the benchmark that this process accepts connections from now on. */
export function journalUp(): void {
  const journal = process.env.BENCH_JOURNAL;
  if (journal) appendFileSync(journal, `${process.pid} ${performance.timeOrigin + performance.now()}\n`);
}

function httpApp(): App {
  let draining = false;
  const server = createServer((request, response) => {
    if (draining) response.setHeader('Connection', 'close');
    const [path, query] = (request.url ?? '/').split('?');
    const ms = Number(new URLSearchParams(query).get('ms'));
    if (path === '/slow') setTimeout(() => answer(response), ms);
    else if (path === '/burn') answerAfter(response, () => burn(ms));
    else if (path === '/block') answerAfter(response, () => block(ms));
    else if (path === '/throw') setImmediate(fail);
    else answer(response);
  });
  return {
    server,
    drain: () => {
      draining = true;
    },
  };
}

function answer(response: ServerResponse): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ pid: process.pid, greeting: 'hello', numbers: [1, 2, 3, 4, 5] }));
}

function answerAfter(response: ServerResponse, work: () => void): void {
  work();
  answer(response);
}

/** Of CPU time, not of the clock: with more busy processes than processors the work stays the same. */
function burn(ms: number): void {
  const began = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(began);
    if ((user + system) / 1_000 >= ms) return;
  }
}

/** A synchronous call that waits: of a database, of a slow disk. Nothing else runs in this process meanwhile. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function fail(): never {
  throw new Error('asked to throw');
}

function echoApp(): App {
  const server = createSocketServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  return { server, drain: () => undefined };
}

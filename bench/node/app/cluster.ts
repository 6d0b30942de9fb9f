// The application under node:cluster, as its documentation has it: the primary forks, replaces who has died, and on
// SIGHUP replaces the workers one after the other: the new one listens, then the old one is told 'shutdown' and is
// disconnected. Usage: BENCH_PORT=... cluster.js http|echo rr|none WORKERS

import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { type AppKind, BACKLOG, createApp, HOST, journalUp } from './handler.ts';

const [kind, policy, workers] = process.argv.slice(2);
/** The documentation's example waits 2 s before it kills: here nobody is killed who would have finished. */
const SHUTDOWN_LIMIT_MS = 10_000;

function primary(): void {
  cluster.schedulingPolicy = policy === 'none' ? cluster.SCHED_NONE : cluster.SCHED_RR;
  for (let started = 0; started < Number(workers); started++) cluster.fork();
  const retired = new WeakSet<Worker>();
  cluster.on('exit', (worker) => {
    if (!retired.has(worker)) cluster.fork();
  });
  process.on('SIGHUP', () => void replaceAll(retired));
  process.on('SIGTERM', () => {
    cluster.removeAllListeners('exit');
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL');
    process.exit(0);
  });
}

async function replaceAll(retired: WeakSet<Worker>): Promise<void> {
  for (const worker of Object.values(cluster.workers ?? {})) {
    if (!worker || retired.has(worker)) continue;
    await once(cluster.fork(), 'listening');
    retired.add(worker);
    const late = setTimeout(() => worker.kill(), SHUTDOWN_LIMIT_MS);
    worker.once('disconnect', () => clearTimeout(late));
    worker.send('shutdown');
    worker.disconnect();
  }
}

function worker(): void {
  const app = createApp(kind as AppKind);
  process.on('message', (message) => {
    if (message === 'shutdown') app.drain();
  });
  app.server.listen({ port: Number(process.env.BENCH_PORT), host: HOST, backlog: BACKLOG }, journalUp);
}

if (cluster.isPrimary) primary();
else worker();

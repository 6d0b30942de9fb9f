// `cyrus-fork-failure`: fork fails with EAGAIN, for the user may have only some thirty processes more. Who is served, what
// the master does meanwhile, whether it recovers when the limit is lifted, and whether SIGTERM ends it.

import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { benchmark, progress } from '../lib/benchmark.ts';
import { type BurstResult, burst } from '../lib/burst.ts';
import { type CyrusHome, cyrusMissing, makeCyrusHome } from '../setup/cyrus.ts';
import type { Both } from './medians.ts';
import { type Running, type Side, startSide, stopSide } from './sides.ts';

const CLIENTS = 60;
const ROOM = 30;
const BACKLOG = 1_024;
/** Enough to start all that there is room for. */
const SHORTAGE_SETTLES_MS = 6_000;
const WATCHED_MS = 4_000;
const RECOVERY_LIMIT_MS = 15_000;

export interface ForkFailure {
  /** Before the limit was lifted, and after it. */
  readonly servedInShortage: number;
  readonly servedInTheEnd: number;
  /** Of one processor, once all room was taken. */
  readonly cpuShareInShortage: number;
  /** SIGTERM, with the clients still there. */
  readonly ended: boolean;
  readonly endedAfterMs: number;
}

export interface CyrusForkFailure {
  readonly clients: number;
  readonly room: number;
  readonly sides: Both<ForkFailure>;
}

async function measure(): Promise<CyrusForkFailure> {
  const home = makeCyrusHome();
  try {
    const cyrus = await inShortage('cyrus', home);
    const preforkd = await inShortage('preforkd', home);
    return { clients: CLIENTS, room: ROOM, sides: { cyrus, preforkd } };
  } finally {
    home.dispose();
  }
}

async function inShortage(side: Side, home: CyrusHome): Promise<ForkFailure> {
  const running = await startSide(side, home, { prefork: 0, backlog: BACKLOG });
  let ended: Awaited<ReturnType<typeof stopSide>> | undefined;
  try {
    limitProcesses(running, ROOM);
    const clients = burstInBackground(running);
    await delay(SHORTAGE_SETTLES_MS);
    const cpuShareInShortage = await cpuShare(running);
    const servedInShortage = running.master.children().length;
    limitProcesses(running, undefined);
    const served = await clients;
    ended = await stopSide(running);
    progress(`${side}: ${servedInShortage}, then ${served.greetedMs.length} of ${CLIENTS} served`);
    return {
      servedInShortage,
      servedInTheEnd: served.greetedMs.length,
      cpuShareInShortage,
      ended: ended.ended,
      endedAfterMs: ended.afterMs,
    };
  } finally {
    if (!ended) await stopSide(running);
  }
}

function burstInBackground({ port }: Running): Promise<BurstResult> {
  const limitMs = SHORTAGE_SETTLES_MS + WATCHED_MS + RECOVERY_LIMIT_MS;
  return burst({ port, clients: CLIENTS, session: 'held', limitMs });
}

/** RLIMIT_NPROC counts all threads of the user: `room` is what the master may have beside those. */
function limitProcesses({ master }: Running, room: number | undefined): void {
  const limit = room === undefined ? 'unlimited' : String(threadsOfUser('cyrus') + room);
  execFileSync('prlimit', [`--pid=${master.pid}`, `--nproc=${limit}:unlimited`]);
}

function threadsOfUser(user: string): number {
  const threads = execFileSync('ps', ['-L', '-u', user, '-o', 'lwp='], { encoding: 'utf8' });
  return threads.split('\n').filter((line) => line.trim() !== '').length;
}

async function cpuShare({ master }: Running): Promise<number> {
  const before = master.cpuMs();
  await delay(WATCHED_MS);
  return (master.cpuMs() - before) / WATCHED_MS;
}

await benchmark(
  'cyrus-fork-failure',
  'fork fails with EAGAIN in a burst of held connections; then there is room again',
  cyrusMissing(),
  measure,
);

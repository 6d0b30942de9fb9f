// `cyrus-fork-failure`: fork fails with EAGAIN, for the user may have only some thirty processes more. Who is served, what
// the master does meanwhile, whether it recovers when there is room again, and whether SIGTERM ends it.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { benchmark, progress } from '../lib/benchmark.ts';
import { type BurstResult, burst } from '../lib/burst.ts';
import { type CyrusHome, cyrusMissing, makeCyrusHome } from '../setup/cyrus.ts';
import { childrenOf } from '../setup/masters.ts';
import type { Both } from './medians.ts';
import { type Running, type Side, startSide, stopSide } from './sides.ts';

const CLIENTS = 60;
const ROOM = 30;
const DEATHS = 10;
const BACKLOG = 1_024;
/** Enough to start all that there is room for. */
const SHORTAGE_SETTLES_MS = 6_000;
const WATCHED_MS = 4_000;
const RECOVERY_LIMIT_MS = 15_000;
const ALONE_LIMIT_MS = 20_000;
const LOOK_AGAIN_MS = 50;

export interface ForkFailure {
  /** While there was no room for more, and after it had returned because the limit was lifted. */
  readonly servedInShortage: number;
  readonly servedInTheEnd: number;
  /** Of one processor, once all room was taken. */
  readonly cpuShareInShortage: number;
  /** In a second run, ten workers die in the shortage, and there is room for as many: of those, left as zombies. */
  readonly zombies: number;
  /** Clients that were greeted in that run, the dead workers' included. */
  readonly servedAfterDeaths: number;
  /** Of that run: SIGTERM in the shortage, clients queued. */
  readonly ended: boolean;
  readonly endedAfterMs: number;
}

export interface CyrusForkFailure {
  readonly clients: number;
  readonly room: number;
  readonly deaths: number;
  readonly sides: Both<ForkFailure>;
}

async function measure(): Promise<CyrusForkFailure> {
  const home = makeCyrusHome();
  try {
    const cyrus = { ...(await roomReturns('cyrus', home)), ...(await workersDie('cyrus', home)) };
    const preforkd = { ...(await roomReturns('preforkd', home)), ...(await workersDie('preforkd', home)) };
    return { clients: CLIENTS, room: ROOM, deaths: DEATHS, sides: { cyrus, preforkd } };
  } finally {
    home.dispose();
  }
}

async function roomReturns(side: Side, home: CyrusHome) {
  const running = await startAlone(side, home);
  try {
    limitProcesses(running, ROOM);
    const clients = burstInBackground(running);
    await delay(SHORTAGE_SETTLES_MS);
    const cpuShareInShortage = await cpuShare(running);
    const servedInShortage = running.master.children().length;
    limitProcesses(running, undefined);
    const served = (await clients).greetedMs.length;
    progress(`${side}: ${servedInShortage}, then ${served} of ${CLIENTS} served`);
    return { servedInShortage, servedInTheEnd: served, cpuShareInShortage };
  } finally {
    await stopSide(running);
  }
}

async function workersDie(side: Side, home: CyrusHome) {
  const running = await startAlone(side, home);
  const { master } = running;
  let ended: Awaited<ReturnType<typeof stopSide>> | undefined;
  try {
    limitProcesses(running, ROOM);
    const clients = burstInBackground(running);
    await delay(SHORTAGE_SETTLES_MS);
    for (const pid of master.children().slice(0, DEATHS)) process.kill(pid, 'SIGKILL');
    await delay(WATCHED_MS);
    const zombies = zombiesOf(master.pid);
    ended = await stopSide(running);
    const served = (await clients).greetedMs.length;
    progress(`${side}: ${zombies} zombies, ${served} served, SIGTERM ${ended.ended ? 'heeded' : 'ignored'}`);
    return { zombies, servedAfterDeaths: served, ended: ended.ended, endedAfterMs: ended.afterMs };
  } finally {
    if (!ended) await stopSide(running);
  }
}

function zombiesOf(pid: number): number {
  return childrenOf(pid).filter((child) => /^State:\s+Z/m.test(readFileSync(`/proc/${child}/status`, 'utf8')))
    .length;
}

/** What the side before has left would be counted as room. */
async function startAlone(side: Side, home: CyrusHome): Promise<Running> {
  const deadline = performance.now() + ALONE_LIMIT_MS;
  while (threadsOfUser('cyrus') > 0) {
    if (performance.now() > deadline) throw new Error('other processes of the user cyrus are running');
    await delay(LOOK_AGAIN_MS);
  }
  return startSide(side, home, { prefork: 0, backlog: BACKLOG });
}

function burstInBackground({ port }: Running): Promise<BurstResult> {
  const limitMs = SHORTAGE_SETTLES_MS + WATCHED_MS + RECOVERY_LIMIT_MS;
  return burst({ port, clients: CLIENTS, session: 'held', limitMs });
}

/**
 * RLIMIT_NPROC counts all threads of the user: `room` is what the master may have beside those. Done by the user itself,
 * who may change its own processes' soft limit (prlimit(2)), up to the hard one.
 */
function limitProcesses({ master }: Running, room: number | undefined): void {
  const limit = room === undefined ? hardLimit(master.pid) : String(threadsOfUser('cyrus') + room);
  const command = ['prlimit', `--pid=${master.pid}`, `--nproc=${limit}:`];
  execFileSync('setpriv', ['--reuid=cyrus', '--regid=mail', '--init-groups', ...command]);
}

function hardLimit(pid: number): string {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
  return /^Max processes\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? 'unlimited';
}

function threadsOfUser(user: string): number {
  // Status 1: nobody is there.
  const threads = spawnSync('ps', ['-L', '-u', user, '-o', 'lwp='], { encoding: 'utf8' }).stdout;
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

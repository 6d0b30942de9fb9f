// The application under node:cluster, with each of its two policies: 'rr', the default, where the primary accepts and
// hands connections round, and 'none', where the workers accept from a shared socket.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appFile, familyCpuMs, Home, until } from './home.ts';
import type { Order, RunningSide, Side, SideName } from './side.ts';

const START_LIMIT_MS = 20_000;

export const clusterRoundRobin: Side = {
  name: 'cluster',
  missing: () => undefined,
  start: (order) => start('cluster', order, 'rr'),
};

export const clusterShared: Side = {
  name: 'cluster none',
  missing: () => undefined,
  start: (order) => start('cluster none', order, 'none'),
};

async function start(name: SideName, order: Order, policy: 'rr' | 'none'): Promise<RunningSide> {
  const home = await Home.make();
  const words = [appFile('cluster'), order.kind, policy, String(order.workers)];
  const primary = spawn(process.execPath, words, {
    stdio: ['ignore', 'ignore', 'ignore'],
    // A session of its own, as each other side has: the kernel shares processors out between sessions first.
    detached: true,
    env: home.environment(),
  });
  const ended = once(primary, 'exit');
  const pid = primary.pid ?? 0;
  const stop = async () => {
    if (primary.exitCode === null) primary.kill('SIGTERM');
    await ended;
    home.dispose();
  };
  try {
    await until(
      () => home.living().length >= order.workers,
      START_LIMIT_MS,
      () => `only ${home.living().length} workers are up under node:cluster`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name,
    port: home.port,
    started: () => home.started(),
    living: () => home.living(),
    cpuMs: () => familyCpuMs(pid),
    reload: async () => void primary.kill('SIGHUP'),
    stop,
  };
}

// The application under pm2 in cluster mode, with a home and a daemon of its own, told through its own command. pm2 is
// installed beside this benchmark, not with the project: bench/setup/pm2/package.json.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { appFile, familyCpuMs, Home, until } from './home.ts';
import type { Order, RunningSide, Side } from './side.ts';

/** From dist/bench/node/sides to the checkout. */
const PM2 = fileURLToPath(new URL('../../../../bench/setup/pm2/node_modules/pm2/bin/pm2', import.meta.url));
const INSTALL = 'npm ci --ignore-scripts --prefix bench/setup/pm2';
const START_LIMIT_MS = 30_000;
const COMMAND_LIMIT_MS = 60_000;
/** As long as every other side gives its workers to finish; pm2's own default is 1.6 s. */
const KILL_TIMEOUT_MS = 10_000;
const run = promisify(execFile);

export const pm2: Side = {
  name: 'pm2',
  missing: () => (existsSync(PM2) ? undefined : `pm2 is not installed: ${INSTALL}`),
  start,
};

async function start({ kind, workers }: Order): Promise<RunningSide> {
  const home = await Home.make();
  const daemonHome = join(home.directory, 'pm2');
  const env = { ...home.environment(), PM2_HOME: daemonHome, PM2_DISCRETE_MODE: 'true' };
  const command = async (...words: readonly string[]) =>
    void (await run(process.execPath, [PM2, ...words], { env, timeout: COMMAND_LIMIT_MS }));
  const stop = async () => {
    await command('kill');
    home.dispose();
  };
  const times = ['--instances', String(workers), '--kill-timeout', String(KILL_TIMEOUT_MS)];
  try {
    await command('start', appFile('pm2'), '--name', 'app', ...times, '--', kind);
    await until(
      () => home.living().length >= workers,
      START_LIMIT_MS,
      () => `only ${home.living().length} workers are up under pm2`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const daemon = Number(readFileSync(join(daemonHome, 'pm2.pid'), 'utf8'));
  return {
    name: 'pm2',
    port: home.port,
    started: () => home.started(),
    living: () => home.living(),
    cpuMs: () => familyCpuMs(daemon),
    reload: () => command('reload', 'app'),
    stop,
  };
}

// The application under preforkd, configured as its administrator would for a Node program: as many workers as
// processors, each for many clients; and, for the burst of slow requests, on demand: one client per worker, and more
// workers while clients wait.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePorts } from '../../lib/ports.ts';
import { masterSection, startPreforkd } from '../../setup/masters.ts';
import { BACKLOG } from '../app/handler.ts';
import { appFile, familyCpuMs, Home, until } from './home.ts';
import type { Order, RunningSide, Side, SideName } from './side.ts';

const PREFORKD = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;
/** More than any benchmark here connects: a Node worker takes whoever comes. */
const CLIENTS = 1_000;
const ON_DEMAND_WORKERS = 16;
/** Soon, so that a benchmark sees them go. */
const ON_DEMAND_IDLE = '1s';
const run = promisify(execFile);

export const preforkd: Side = {
  name: 'preforkd',
  missing: () => undefined,
  start: (order) => start('preforkd', order, `maxchild=${order.workers} clientlimit=${CLIENTS}`),
};

export const preforkdOnDemand: Side = {
  name: 'preforkd on demand',
  missing: () => undefined,
  start: (order) =>
    start(
      'preforkd on demand',
      order,
      `maxchild=${ON_DEMAND_WORKERS} clientlimit=1 idlekill=${ON_DEMAND_IDLE}`,
    ),
};

async function start(name: SideName, order: Order, limits: string): Promise<RunningSide> {
  const home = await Home.make();
  const [metrics] = await freePorts(1);
  const configuration = join(home.directory, 'services.conf');
  const command = `${process.execPath} ${appFile('preforkd')} ${order.kind}`;
  writeFileSync(
    configuration,
    `${masterSection(join(home.directory, 'run'), metrics ?? 0)}
SERVICES {
  app cmd="${command}" listen="127.0.0.1:${home.port}" backlog=${BACKLOG} prefork=${order.workers} ${limits} env="BENCH_JOURNAL=${home.journal}"
}
`,
  );
  const master = await startPreforkd({ configuration, port: home.port });
  const stop = async () => {
    await master.stop(STOP_LIMIT_MS);
    home.dispose();
  };
  try {
    await until(
      () => home.living().length >= order.workers,
      START_LIMIT_MS,
      () => `only ${home.living().length} workers are up under preforkd`,
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
    cpuMs: () => familyCpuMs(master.pid),
    reload: async () => void (await run(process.execPath, [PREFORKD, 'reload', '-c', configuration])),
    stop,
  };
}

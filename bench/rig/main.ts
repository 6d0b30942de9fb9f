// The process of the rig: reads its order, starts the supervisor thread, tells samples on stdout, and stops on SIGTERM
// as the product does. Started by start.ts. Usage: node main.js '{"configuration": "services.conf", "sampleMs": 100}'

import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { loadConfiguration, renderDiagnostics } from '../../src/config/index.ts';
import { STAGES } from '../../src/core/board.ts';
import { childrenOf, cpuMsOf } from '../setup/masters.ts';
import { boardOn, createShared, numbers, SERVICE_NUMBERS, STAGE_NUMBERS, TURN_NUMBERS } from './board.ts';
import { monotonicMs, type RigOrder, type RigReport } from './order.ts';
import type { ThreadOrder, ThreadReport } from './thread.ts';

const WAKE = new Uint8Array(new BigUint64Array([1n]).buffer);
const STDOUT = 1;

const order = JSON.parse(process.argv[2] ?? '') as RigOrder;
const shared = createShared();
const board = boardOn(shared);
const runDirectory = mkdtempSync(join(tmpdir(), 'preforkd-rig-'));
process.on('exit', () => rmSync(runDirectory, { recursive: true, force: true }));

function say(report: RigReport): void {
  writeSync(STDOUT, `${JSON.stringify(report)}\n`);
}

function sample(services: readonly string[], upAtMs: number): void {
  say({
    kind: 'sample',
    atMs: monotonicMs() - upAtMs,
    ...numbers(TURN_NUMBERS, board.turns),
    stages: Object.fromEntries(
      STAGES.map((stage, index) => [stage, numbers(STAGE_NUMBERS, board.stage(index))]),
    ),
    services: services.map((service, index) => ({
      service,
      ...numbers(SERVICE_NUMBERS, board.service(index)),
    })),
    children: childrenOf(process.pid).length,
    cpuMs: cpuMsOf(process.pid),
  });
}

async function run(): Promise<void> {
  const loaded = await loadConfiguration(order.configuration);
  if (!loaded.ok) throw new Error(renderDiagnostics(loaded.diagnostics, loaded.source));
  const input: ThreadOrder = { order, spec: loaded.master, runDirectory, shared };
  const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: input });
  let wakeFd = -1;
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    worker.postMessage({ kind: 'shutdown', id: 1, reason: 'SIGTERM', force: false });
    writeSync(wakeFd, WAKE);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  // Means nothing, as to the product: for who wants to interrupt the loop with real signals.
  process.on('SIGUSR2', () => {});
  worker.on('message', (report: ThreadReport) => {
    if (report.kind === 'opened') wakeFd = report.wakeFd;
    else if (report.kind === 'up') {
      say(report);
      timer = setInterval(() => sample(report.services, report.upAtMs), order.sampleMs);
    } else {
      clearInterval(timer);
      if (report.kind === 'crashed') say(report);
      process.exit(report.kind === 'crashed' ? 70 : 0);
    }
  });
}

await run();

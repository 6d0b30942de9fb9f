// The load generator as a process of its own: runs the flows of its order side by side and prints the result. Every
// request that was sent is waited for, so none is counted as lost because the time was over.
// Usage: main.js ORDER (JSON, see order.ts)

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from './client.ts';
import type { Flow, LoadOrder, LoadResult } from './order.ts';
import { Tally } from './tally.ts';

/** Until the process is warm enough to connect at once. */
const HEAD_START_MS = 20;

interface Running {
  readonly flow: Flow;
  readonly tally: Tally;
  readonly clients: readonly Client[];
  readonly ended: Promise<unknown>;
}

function begin(flow: Flow, order: LoadOrder, began: number): Running {
  const tally = new Tally(began);
  const clients: Client[] = [];
  const ends = Array.from({ length: flow.clients }, (_, index) => {
    return new Promise<void>((resolve) => {
      // Spread over the period, or they would all come at the same moment of it.
      const firstAt = began + (flow.everyMs * index) / flow.clients;
      clients.push(new Client(flow, order, tally, firstAt, resolve));
    });
  });
  return { flow, tally, clients, ended: Promise.all(ends) };
}

async function main(order: LoadOrder): Promise<LoadResult> {
  const began = performance.now() + HEAD_START_MS;
  const cpu = process.cpuUsage();
  const running = order.flows.map((flow) => begin(flow, order, began));
  const ended = Promise.all(running.map((one) => one.ended));
  await Promise.race([delay(HEAD_START_MS + order.ms), ended]);
  const ms = performance.now() - began;
  for (const { clients } of running) for (const client of clients) client.finish();
  await ended;
  const { user, system } = process.cpuUsage(cpu);
  return {
    beganAt: performance.timeOrigin + began,
    ms,
    cpuShare: (user + system) / 1_000 / ms,
    flows: running.map(({ flow, tally }) => tally.result(flow, ms)),
  };
}

const result = await main(JSON.parse(process.argv[2] ?? '') as LoadOrder);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));

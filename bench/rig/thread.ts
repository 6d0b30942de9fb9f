// The rig's supervisor thread: the core on the Linux port, with the loop, the policy and the faults that were ordered.
// Started by main.ts; tells 'up' and 'crashed' by message, and everything else through the shared board.

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { SERVICE_FIELD, STAGES, stageField, TURN_BUCKETS } from '../../src/core/board.ts';
import type { Command } from '../../src/core/commands.ts';
import { createMaster, type Master } from '../../src/core/master.ts';
import { activeCount, readyCount } from '../../src/core/owner.ts';
import type { MasterSpec } from '../../src/core/spec.ts';
import { begin } from '../../src/core/supervisor.ts';
import { assert } from '../../src/lib/assert.ts';
import { entropy } from '../../src/lib/entropy.ts';
import { withChaos } from '../../src/os/chaos.ts';
import { createLinuxOs } from '../../src/os/linux/index.ts';
import type { Os } from '../../src/os/os.ts';
import { addressText } from '../../src/plane/logs/row.ts';
import { estimatorNamed } from '../policies/estimators.ts';
import { policyNamed } from '../policies/index.ts';
import { punctual } from '../policies/plugged.ts';
import { boardOn } from './board.ts';
import { LOOPS } from './loops.ts';
import type { RigOrder } from './order.ts';

export interface ThreadOrder {
  readonly order: RigOrder;
  readonly spec: MasterSpec;
  readonly runDirectory: string;
  readonly shared: SharedArrayBuffer;
}

export type ThreadReport =
  | { readonly kind: 'opened'; readonly wakeFd: number }
  | {
      readonly kind: 'up';
      /** CLOCK_MONOTONIC, ms. */
      readonly upAtMs: number;
      readonly services: readonly string[];
      readonly addresses: Record<string, string>;
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'crashed'; readonly error: string };

const NEWS_LOOKED_AT_MAX = 4_096;

assert(parentPort, 'started by main.ts');
const port = parentPort;
const { order, spec, runDirectory, shared } = workerData as ThreadOrder;
const board = boardOn(shared);
const say = (report: ThreadReport) => port.postMessage(report);
let upAt = Number.POSITIVE_INFINITY;

function add(name: 0 | 1 | 2, amount: number): void {
  board.turns[name] = (board.turns[name] ?? 0) + amount;
}

/** Counts what poll is told and shows the master's state at every call, before chaos and the loop have their say. */
function watched(os: Os, master: () => Master | undefined): Os {
  return {
    ...os,
    poll: (fds, timeoutMs) => {
      const now = master();
      if (now) show(now);
      const outcome = os.poll(fds, timeoutMs);
      if (outcome.kind === 'interrupted') add(2, 1);
      board.turns[3] = os.epollReady(NEWS_LOOKED_AT_MAX).length;
      return outcome;
    },
  };
}

/** Faults only in their window. */
function disturbed(os: Os): Os {
  const { chaos } = order;
  if (!chaos) return os;
  const { os: bad } = withChaos(os, chaos.plan, entropy(chaos.seed));
  const { fromMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = chaos;
  const inWindow = () => {
    const atMs = os.now() - upAt;
    return atMs >= fromMs && atMs < untilMs;
  };
  return {
    ...bad,
    poll: (fds, timeoutMs) => (inWindow() ? bad : os).poll(fds, timeoutMs),
    read: (fd, most) => (inWindow() ? bad : os).read(fd, most),
    spawn: (request) => (inWindow() ? bad : os).spawn(request),
  };
}

function show(master: Master): void {
  master.services.forEach((service, index) => {
    const { workers } = service;
    board
      .service(index)
      .set([
        workers.starting.size,
        readyCount(workers) - workers.starting.size,
        workers.busy.size,
        activeCount(workers),
        service.queue.length,
        service.view[SERVICE_FIELD.spawns] ?? 0,
      ]);
  });
  STAGES.forEach((stage, index) => {
    const field = stageField(stage);
    const buckets = master.view.subarray(field, field + TURN_BUCKETS.length + 1);
    const times = buckets.reduce((sum, value) => sum + value, 0);
    board.stage(index).set([master.view[field + TURN_BUCKETS.length + 1] ?? 0, times]);
  });
}

/** Told once: every service has its socket. */
function tellUp(master: Master): void {
  const listening = master.services.filter(({ listener }) => listener !== undefined);
  if (upAt !== Number.POSITIVE_INFINITY || listening.length === 0 || master.phase === 'starting') return;
  upAt = master.os.now();
  const addresses: Record<string, string> = {};
  for (const { name, listener } of listening) if (listener) addresses[name] = addressText(listener.address);
  say({ kind: 'up', upAtMs: upAt, services: master.services.map(({ name }) => name), addresses });
}

function run(): void {
  const real = createLinuxOs({ runDirectory, listenFds: { count: 0, names: [] } });
  say({ kind: 'opened', wakeFd: real.wakeFd });
  let master: Master | undefined;
  const plugged = order.policy === undefined ? undefined : policyNamed(order.policy, () => master?.now ?? 0);
  const kernel = plugged ? punctual(real, plugged) : real;
  const loop = LOOPS[order.loop ?? 'completes'](watched(disturbed(kernel), () => master));
  const outlet = {
    takeCommands: () => {
      const taken: Command[] = [];
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
        taken.push(next.message as Command);
      }
      return taken;
    },
    publish: () => add(1, 1),
  };
  master = createMaster(loop.os, spec, outlet, {
    masterPid: process.pid,
    environment: process.env as Record<string, string>,
    quiet: [],
    ...(plugged ? { policy: plugged.policy } : {}),
    ...(order.estimator === undefined ? {} : { completions: estimatorNamed(order.estimator) }),
  });
  begin(master);
  do {
    add(0, 1);
    tellUp(master);
  } while (loop.once(master));
}

try {
  run();
  say({ kind: 'stopped' });
} catch (error) {
  say({ kind: 'crashed', error: String((error as Error).stack ?? error) });
}

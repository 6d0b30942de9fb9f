// The stalled master in virtual time: a simulated kernel, one of the two loops around the core, clients who come in equal
// steps and stay, and for a while a signal in the middle of every poll. The same options give the same run, call by call.

import { LOOPS } from '../../../../bench/rig/loops.ts';
import type { LoopName } from '../../../../bench/rig/order.ts';
import { createMaster, type Master } from '../../../../src/core/master.ts';
import { readyCount } from '../../../../src/core/owner.ts';
import { begin } from '../../../../src/core/supervisor.ts';
import { entropy } from '../../../../src/lib/entropy.ts';
import type { Os } from '../../../../src/os/os.ts';
import { arrivals } from '../../../../src/os/sim/arrivals.ts';
import { createSimKernel } from '../../../../src/os/sim/kernel.ts';
import type { SimKernel, SimOptions } from '../../../../src/os/sim/options.ts';
import { workerProgram } from '../../../../src/os/sim/programs/index.ts';
import { masterSpec, service } from '../../../unit/core/support/specs.ts';

export interface StalledOptions {
  readonly loop: LoopName;
  readonly interruptions: SimOptions['interruptions'];
  readonly seed: number;
}

/** What is true, and what the master believes, at one moment. */
export interface Look {
  readonly atMs: number;
  readonly turnsCompleted: number;
  readonly greeted: number;
  readonly waiting: number;
  /** Of workers, in their channels: nobody has read them. */
  readonly unreadBytes: number;
  readonly readyBelieved: number;
  /** Living workers less those that have accepted a client. */
  readonly readyTrue: number;
}

export const WINDOW = { fromMs: 1_000, untilMs: 3_000 };
export const PREFORK = 3;
export const CLIENTS = 60;
export const CLIENTS_MS = 3_500;
const OVER_MS = 6_000;
const STAYS_MS = 1_000_000;
/** After a poll has been called: while it enters the kernel, and while it waits there. */
const STRIKES_MS = [0.005, 0.2];
const CALL_MS = 0.02;
const STARTUP_MS = 50;
const STATUS_FD = 3;
const CALLS_MOST = 1_000_000;

export class StalledWorld {
  readonly kernel: SimKernel;
  readonly looks: Look[] = [];
  readonly #options: StalledOptions;
  readonly #master: Master;
  readonly #beganAt: number;
  readonly #once: (master: Master) => boolean;
  #turnsCompleted = 0;
  #greeted = 0;
  #gone = 0;

  constructor(options: StalledOptions) {
    this.#options = options;
    this.kernel = this.#createKernel();
    this.#beganAt = this.kernel.now();
    const loop = LOOPS[options.loop](this.#struck(this.kernel.os));
    this.#once = loop.once;
    const outlet = { takeCommands: () => [], publish: () => this.#completed() };
    const spec = masterSpec({ services: [service({ prefork: PREFORK })] });
    this.#master = createMaster(loop.os, spec, outlet, { masterPid: 1, environment: {}, quiet: [] });
  }

  run(): this {
    begin(this.#master);
    this.#sendClients();
    while (this.#now < OVER_MS) {
      this.kernel.turnBegins();
      this.#once(this.#master);
      this.#look();
    }
    return this;
  }

  /** The last look before that moment. */
  at(atMs: number): Look {
    const found = this.looks.findLast((look) => look.atMs <= atMs);
    if (found === undefined) throw new Error(`nothing was seen before ${atMs} ms`);
    return found;
  }

  #createKernel(): SimKernel {
    return createSimKernel({
      entropy: entropy(this.#options.seed),
      exec: () =>
        workerProgram({
          protocol: 'cyrus',
          announces: true,
          startupMs: STARTUP_MS,
          idleTimeoutMs: Number.POSITIVE_INFINITY,
          usesMost: Number.POSITIVE_INFINITY,
          workMs: 1,
          behaviour: 'well-behaved',
          misbehavesAfterMs: 0,
          misbehavesAfterClients: 0,
          healed: () => false,
        }),
      interruptions: this.#options.interruptions,
      observer: {},
      startWallMs: Date.UTC(2016, 10, 7, 8),
      timezone: 'Europe/Berlin',
      somaxconn: 4_096,
      pidMost: 32_768,
      pipeBytes: 65_536,
      descriptorsMost: 4_096,
      callMs: () => CALL_MS,
      spawnMs: () => 0.2,
      execMs: () => 1,
      callsPerTurnMost: CALLS_MOST,
      tracing: false,
    });
  }

  /** The storm of signals: no poll of this time is without one. */
  #struck(os: Os): Os {
    const { kernel } = this;
    const strike = () => kernel.signalMaster();
    return {
      ...os,
      poll: (fds, timeoutMs) => {
        if (this.#now >= WINDOW.fromMs && this.#now < WINDOW.untilMs) {
          for (const afterMs of STRIKES_MS) kernel.at(kernel.now() + afterMs, strike);
        }
        return os.poll(fds, timeoutMs);
      },
    };
  }

  #completed(): void {
    this.#turnsCompleted += 1;
  }

  /** Since the begin. */
  get #now(): number {
    return this.kernel.now() - this.#beganAt;
  }

  #sendClients(): void {
    arrivals('steady', {
      name: 'morning',
      kernel: this.kernel,
      entropy: entropy(this.#options.seed).stream('clients'),
      fromMs: this.kernel.now(),
      forMs: CLIENTS_MS,
      clients: CLIENTS,
      returnsMost: 0,
      client: () => ({
        address: service().address,
        kind: 'polite',
        patienceMs: STAYS_MS,
        holdMs: STAYS_MS,
        requests: 0,
      }),
      report: ({ outcome }) => {
        if (outcome === 'greeted') this.#greeted += 1;
        else this.#gone += 1;
      },
    });
  }

  #look(): void {
    const { kernel } = this;
    const atMs = this.#now;
    const before = this.looks.at(-1);
    // Each turn would be too much to keep: a look every millisecond, and in a waiting loop every turn.
    if (before !== undefined && atMs < before.atMs + 1) return;
    const children = kernel.children().filter(({ state }) => state === 'alive');
    const connections = kernel.connections();
    const accepted = connections.filter(({ state }) => state === 'accepted').length;
    const [imap] = this.#master.services;
    this.looks.push({
      atMs,
      turnsCompleted: this.#turnsCompleted,
      greeted: this.#greeted,
      waiting: connections.length - accepted,
      unreadBytes: children.reduce((sum, child) => sum + child.unread(STATUS_FD), 0),
      readyBelieved: imap === undefined ? 0 : readyCount(imap.workers),
      readyTrue: children.length - accepted,
    });
  }

  /** Clients whose visit ended: nobody's should. */
  get gone(): number {
    return this.#gone;
  }
}

// A stage for simulated programs: a kernel of its own, driven by hand through the master's port, without the core. What
// a worker says is read as words; time passes only when a test lets it.

import assert from 'node:assert/strict';
import { entropy } from '../../../../../../src/lib/entropy.ts';
import type { Address, Fd, Signal } from '../../../../../../src/os/os.ts';
import {
  type ClientOptions,
  type ClientResult,
  clientProgram,
} from '../../../../../../src/os/sim/clients.ts';
import { createSimKernel } from '../../../../../../src/os/sim/kernel.ts';
import type { SimKernel, SimOptions } from '../../../../../../src/os/sim/options.ts';
import type { Program } from '../../../../../../src/os/sim/program.ts';
import { type WorkerOptions, workerProgram } from '../../../../../../src/os/sim/programs/index.ts';
import { decodeStatus } from '../../../../../../src/protocol/status-message.ts';

export const IMAP: Address = { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 143 };
export const UDP: Address = { family: 'ipv4', transport: 'datagram', host: '127.0.0.1', port: 3905 };

export const CALM: WorkerOptions = {
  protocol: 'cyrus',
  announces: true,
  startupMs: 50,
  idleTimeoutMs: Number.POSITIVE_INFINITY,
  usesMost: Number.POSITIVE_INFINITY,
  workMs: 5,
  behaviour: 'well-behaved',
  misbehavesAfterMs: 0,
  misbehavesAfterClients: 0,
  healed: () => false,
};

const NEVER = 2 ** 20;
const READ_BYTES = 4_096;

export class Actor {
  readonly pid: number;
  readonly #stage: Stage;
  readonly #pidfd: Fd;
  readonly #channel: Fd | undefined;
  readonly #output: Fd;
  #rest: Uint8Array = new Uint8Array(0);
  #ending: string | undefined;

  constructor(stage: Stage, pid: number, pidfd: Fd, fds: { channel: Fd | undefined; output: Fd }) {
    this.#stage = stage;
    this.pid = pid;
    this.#pidfd = pidfd;
    this.#channel = fds.channel;
    this.#output = fds.output;
  }

  /** The words since the last time, or what else it was: 'unknown', 'available of 17', '3 bytes'. */
  says(): string {
    const { messages, rest } = decodeStatus(this.#rest, this.bytes());
    this.#rest = new Uint8Array(0);
    const words = messages.map(({ word, pid }) =>
      pid === this.pid || word === 'unknown' ? word : `${word} of ${pid}`,
    );
    return [...words, ...(rest.length > 0 ? [`${rest.length} bytes`] : [])].join(' ');
  }

  /** All that is in its channel: a pipe, or its notify socket, one line each datagram. */
  bytes(): Uint8Array {
    return this.#drain(this.#channel ?? assert.fail('it has no channel'));
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  output(): Uint8Array {
    return this.#drain(this.#output);
  }

  signal(signal: Signal): void {
    assert.equal(this.#stage.os.signal(this.#pidfd, signal), 'sent');
  }

  /** 'running', 'exit 0', 'SIGKILL'. */
  get ending(): string {
    if (this.#ending !== undefined) return this.#ending;
    const outcome = this.#stage.os.wait(this.#pidfd);
    if (outcome.kind === 'running') return 'running';
    assert.ok(outcome.kind !== 'failed');
    this.#ending = outcome.kind === 'exited' ? `exit ${outcome.code}` : outcome.signal;
    return this.#ending;
  }

  #drain(fd: Fd): Uint8Array {
    const bytes: number[] = [];
    for (;;) {
      const outcome = this.#stage.os.read(fd, READ_BYTES);
      if (outcome.kind !== 'data') return Uint8Array.from(bytes);
      bytes.push(...outcome.bytes);
    }
  }
}

export class Stage {
  readonly kernel: SimKernel;
  readonly results: ClientResult[] = [];
  readonly #programs: Program[] = [];
  readonly #listeners = new Map<Address, Fd>();
  #clients = 0;

  constructor(options: Partial<SimOptions> = {}) {
    this.kernel = createSimKernel({
      entropy: entropy('stage'),
      exec: (_request, serial) => this.#programs[serial - 1] ?? 'ENOENT',
      interruptions: 'linux',
      observer: {},
      startWallMs: Date.UTC(2025, 0, 1),
      timezone: 'UTC',
      somaxconn: 4_096,
      pidMost: 32_768,
      pipeBytes: 65_536,
      descriptorsMost: 1_024,
      callMs: () => 0.001,
      spawnMs: () => 0.1,
      execMs: () => 1,
      callsPerTurnMost: NEVER,
      tracing: false,
      ...options,
    });
  }

  get os(): SimKernel['os'] {
    return this.kernel.os;
  }

  listener(address: Address): Fd {
    const open = this.#listeners.get(address);
    if (open !== undefined) return open;
    const outcome = this.os.listen(address, { backlog: 64, name: 'test' });
    assert.ok(outcome.ok);
    this.#listeners.set(address, outcome.fd);
    return outcome.fd;
  }

  /** A worker of protocol `cyrus`, or on datagrams, by its options. */
  worker(options: Partial<WorkerOptions> = {}, environment: readonly string[] = []): Actor {
    const address = options.protocol === 'datagram' ? UDP : IMAP;
    return this.spawn(workerProgram({ ...CALM, ...options }), environment, [this.listener(address)]);
  }

  /** With a channel at 3 and the descriptors given after it; stdout and stderr are one pipe. */
  spawn(program: Program, environment: readonly string[] = [], more: readonly Fd[] = []): Actor {
    const channel = this.os.openChannel();
    assert.ok(channel.ok);
    const actor = this.#start(
      program,
      environment,
      ['null', 'output', 'output', channel.write, ...more],
      channel.read,
    );
    this.os.close(channel.write);
    return actor;
  }

  systemd(options: Partial<WorkerOptions> = {}, environment: readonly string[] = []): Actor {
    const notify = this.os.openNotify(undefined);
    assert.ok(notify.ok);
    return this.#start(
      workerProgram({ ...CALM, ...options, protocol: 'systemd' }),
      [`NOTIFY_SOCKET=${notify.path}`, ...environment],
      ['null', 'output', 'output', this.listener(IMAP)],
      notify.fd,
    );
  }

  /** The master accepts the next client and hands it over. */
  inetd(options: Partial<WorkerOptions> = {}): Actor {
    const connection = this.os.accept(this.listener(IMAP));
    assert.ok(connection.kind === 'accepted');
    const program = workerProgram({ ...CALM, ...options, protocol: 'inetd' });
    const actor = this.#start(program, [], [connection.fd, connection.fd, 'output'], undefined);
    this.os.close(connection.fd);
    return actor;
  }

  /** Polite, holds for 100 ms, asks twice, unless it is said otherwise. */
  client(options: Partial<ClientOptions> = {}): void {
    this.#clients += 1;
    const whole: ClientOptions = {
      name: `client ${this.#clients}`,
      address: IMAP,
      kind: 'polite',
      patienceMs: 10_000,
      holdMs: 100,
      requests: 2,
      report: (result) => this.results.push(result),
      ...options,
    };
    this.kernel.startClient(whole.name, clientProgram(whole));
  }

  /** What became of the clients so far, in order; greetings too. */
  get outcomes(): string {
    return this.results.map(({ outcome }) => outcome).join(' ');
  }

  pass(ms: number): void {
    const until = this.kernel.now() + ms;
    while (this.kernel.now() < until) {
      this.kernel.turnBegins();
      this.os.poll([this.os.wakeFd], Math.ceil(until - this.kernel.now()));
    }
  }

  #start(
    program: Program,
    environment: readonly string[],
    descriptors: readonly (Fd | 'null' | 'output')[],
    channel: Fd | undefined,
  ): Actor {
    const output = this.os.openOutput();
    assert.ok(output.ok);
    this.#programs.push(program);
    const outcome = this.os.spawn({
      path: '/bin/worker',
      argv: ['worker'],
      environment,
      descriptors: descriptors.map((fd) => (fd === 'output' ? output.write : fd)),
    });
    assert.ok(outcome.kind === 'spawned');
    this.os.close(output.write);
    return new Actor(this, outcome.pid, outcome.pidfd, { channel, output: output.read });
  }
}

// A simulated kernel with one master that does nothing by itself, for tests of the kernel: programs by name, clients
// that note what becomes of them, and what the observer was told.

import assert from 'node:assert/strict';
import { entropy } from '../../../../../src/lib/entropy.ts';
import type { Address, Fd, Os, SpawnRequest } from '../../../../../src/os/os.ts';
import { createSimKernel } from '../../../../../src/os/sim/kernel.ts';
import type { Observer } from '../../../../../src/os/sim/observer.ts';
import type { SimKernel, SimOptions } from '../../../../../src/os/sim/options.ts';
import type { Program, Woken } from '../../../../../src/os/sim/program.ts';

type Stream = Extract<Address, { host: string }>;

export const TCP: Stream = { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 143 };

export const forever: Program = function* () {
  for (;;) yield { kind: 'forever' };
};

export class Rig {
  readonly kernel: SimKernel;
  readonly os: Os;
  readonly programs: Readonly<Record<string, Program>>;
  readonly lines: string[] = [];

  constructor(programs: Readonly<Record<string, Program>> = {}, options: Partial<SimOptions> = {}) {
    this.programs = { forever, ...programs };
    const observer: Observer = {
      ...options.observer,
      trace: (atMs, line) => this.lines.push(`${atMs.toFixed(4)} ${line}`),
    };
    this.kernel = createSimKernel({
      entropy: entropy('rig'),
      exec: ({ path }) => this.programs[path] ?? 'ENOENT',
      interruptions: 'linux',
      startWallMs: Date.UTC(2026, 2, 28, 12),
      timezone: 'Europe/Berlin',
      somaxconn: 4096,
      pidMost: 1000,
      pipeBytes: 65_536,
      descriptorsMost: 1024,
      callMs: () => 0.002,
      spawnMs: () => 0.2,
      execMs: () => 0.5,
      callsPerTurnMost: 100_000,
      tracing: true,
      ...options,
      observer,
    });
    this.os = this.kernel.os;
  }

  get now(): number {
    return this.kernel.now();
  }

  /** The master waits, and looks at nothing. */
  pass(ms: number): void {
    assert.equal(this.os.poll([], ms).kind, 'timeout');
  }

  listen(address: Address = TCP, backlog = 16): Fd {
    const outcome = this.os.listen(address, { backlog, name: 'imap' });
    assert.ok(outcome.ok, JSON.stringify(outcome));
    return outcome.fd;
  }

  spawn(program: string, descriptors: SpawnRequest['descriptors'] = []): { pid: number; pidfd: Fd } {
    const outcome = this.os.spawn({ path: program, argv: [program], environment: [], descriptors });
    assert.equal(outcome.kind, 'spawned', JSON.stringify(outcome));
    return outcome as { kind: 'spawned'; pid: number; pidfd: Fd };
  }

  /** A worker that waits in accept(2) and keeps whom it gets; the listener is its descriptor 0. */
  acceptors(count: number, listener: Fd): { pid: number; pidfd: Fd }[] {
    const workers = Array.from({ length: count }, () => this.spawn('acceptor', [listener]));
    this.pass(10);
    return workers;
  }

  /** Connects, and notes what came of it. */
  client(name: string, limitMs = 100_000, address: Address = TCP): Attempted {
    const attempted = new Attempted();
    this.kernel.startClient(name, function* (self) {
      attempted.startedAt = self.now();
      attempted.woken = yield { kind: 'connect', address, limitMs };
      attempted.endedAt = self.now();
      const { woken } = attempted;
      attempted.close = () => woken.kind === 'connected' && self.close(woken.fd);
      attempted.read = () => (woken.kind === 'connected' ? self.read(woken.fd, 100).kind : 'not connected');
      for (;;) yield { kind: 'forever' };
    });
    return attempted;
  }

  /** Its last word and exit. */
  end(child: { pidfd: Fd }): unknown {
    assert.equal(this.os.poll([child.pidfd], 1000).kind, 'ready');
    const outcome = this.os.wait(child.pidfd);
    this.os.close(child.pidfd);
    return outcome;
  }
}

export class Attempted {
  woken: Woken | undefined;
  startedAt = 0;
  endedAt = 0;
  close: () => void = () => {};
  read: () => string = () => 'not connected';

  get state(): string {
    return this.woken?.kind === 'failed' ? this.woken.errno : (this.woken?.kind ?? 'connecting');
  }

  get tookMs(): number {
    return this.endedAt - this.startedAt;
  }
}

export function* accepting(): ReturnType<Program> {
  for (;;) yield { kind: 'accept', fd: 0 };
}

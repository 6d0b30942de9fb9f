// A master for one worker: listens, never accepts, spawns the worker with its five descriptors, and reads what it says.
// Waits are for conditions; WAIT_MS_MAX only ends a test that would hang.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  CYRUS_ID,
  CYRUS_SERVICE,
  NEVER_INHERITED,
  PREFORKD_MASTER_PID,
} from '../../../../src/protocol/environment.ts';
import {
  decodeStatus,
  STATUS_MESSAGE_BYTES,
  type StatusMessage,
} from '../../../../src/protocol/status-message.ts';
import { Client } from './client.ts';
import { listenOnLoopback, shutDown, statusPipe } from './sockets.ts';
import { until } from './until.ts';

export const TEST_WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const BACKLOG = 4_096;

export interface TestMasterOptions {
  /** Command line after `node`; default: the test worker. */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Clients that are queued before the worker starts. */
  readonly queued?: number;
  /** False: the status pipe is left to fill up. */
  readonly listening?: boolean;
}

export class TestMaster {
  readonly port: number;
  readonly clients: Client[] = [];
  readonly messages: StatusMessage[] = [];
  stderr = '';
  stdout = '';
  readonly #listenFd: number;
  readonly #pipe = statusPipe();
  #rest: Uint8Array = new Uint8Array(0);
  #status: Socket | undefined;
  #worker: ChildProcess | undefined;

  private constructor() {
    const { fd, port } = listenOnLoopback(BACKLOG);
    this.#listenFd = fd;
    this.port = port;
  }

  static async start(options: TestMasterOptions = {}): Promise<TestMaster> {
    const master = new TestMaster();
    for (let count = 0; count < (options.queued ?? 0); count += 1) await master.connect();
    master.#spawn(options);
    if (options.listening !== false) master.listenToStatus();
    return master;
  }

  get worker(): ChildProcess {
    if (this.#worker === undefined) throw new Error('no worker yet');
    return this.#worker;
  }

  get words(): string {
    return this.messages.map(({ word }) => word).join(' ');
  }

  async connect(): Promise<Client> {
    const client = await Client.connect(this.port);
    this.clients.push(client);
    return client;
  }

  /** Waits until the worker has said exactly these words since its start. */
  async said(words: string): Promise<void> {
    await until(
      () => this.words === words,
      () => `said "${this.words}", not "${words}"; ${this.stderr}`,
    );
  }

  /** 'exit 75' or 'signal SIGKILL'. */
  async exit(): Promise<string> {
    const { worker } = this;
    if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit');
    return worker.signalCode ? `signal ${worker.signalCode}` : `exit ${worker.exitCode}`;
  }

  listenToStatus(): void {
    this.#status = new Socket({ fd: this.#pipe.read, readable: true, writable: false });
    this.#status.on('data', (chunk) => {
      const { messages, rest } = decodeStatus(this.#rest, chunk);
      this.messages.push(...messages);
      this.#rest = rest;
    });
  }

  removeService(): void {
    shutDown(this.#listenFd);
  }

  /** Fills the status pipe with messages that mean nothing; how many it took. */
  fillStatusPipe(): number {
    const junk = new Uint8Array(STATUS_MESSAGE_BYTES);
    for (let count = 0; ; count += 1) {
      try {
        writeSync(this.#pipe.write, junk);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return count;
        throw error;
      }
    }
  }

  /** For `after`: nothing of a test outlives it. */
  close(): void {
    this.#worker?.kill('SIGKILL');
    for (const client of this.clients) client.destroy();
    this.#status?.destroy();
    if (this.#status === undefined) closeSync(this.#pipe.read);
    closeSync(this.#pipe.write);
    closeSync(this.#listenFd);
  }

  #spawn({ command = ['--import', 'tsx', TEST_WORKER], environment = {} }: TestMasterOptions): void {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !NEVER_INHERITED.includes(name)),
    );
    const ours = { [CYRUS_SERVICE]: 'test', [CYRUS_ID]: '0', [PREFORKD_MASTER_PID]: String(process.pid) };
    const worker = spawn(process.execPath, command, {
      env: { ...inherited, ...ours, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', this.#pipe.write, this.#listenFd],
    });
    worker.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    worker.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.#worker = worker;
  }
}

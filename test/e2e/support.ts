// What several e2e files ask of the world beside the harness: who is left of a test, whether an address refuses, a
// port that is free, a client with a temper. Called by tests only.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Client, ROOT, type RunningMaster, until } from './harness.ts';

export type Where = { readonly host: string; readonly port: number } | { readonly path: string };

/** A worker on the SDK, for any number of clients: sends back what it gets. */
export const ECHO = `${process.execPath} ${join(ROOT, 'dist/examples/echo/main.js')}`;

/** True when nobody listens there (any more). */
export async function refuses(where: Where): Promise<boolean> {
  try {
    const client = await Client.connect({ ...where });
    client.socket.destroy();
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ECONNREFUSED' || code === 'ENOENT';
  }
}

/** A port that was free a moment ago, for what must be written into a file before it is bound. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Every process (zombies apart) that works in `directory`: a master of the tests and whatever it started. */
export function processesIn(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === directory;
      } catch {
        return false;
      }
    });
}

/** Nobody is left of the master, now or within a moment (init reaps what was orphaned and ended). */
export async function nobodyLeft(master: RunningMaster): Promise<void> {
  await until(
    'an empty process table',
    () => processesIn(master.directory).length === 0,
    () => `left: ${processesIn(master.directory).map(commandOf).join('; ')}`,
  );
}

/** The pid and the command line. */
export function commandOf(pid: number): string {
  try {
    return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`;
  } catch {
    return `${pid}`;
  }
}

/** Sends bytes as they are and collects what comes until the other side closes. */
export class RawClient {
  readonly socket: Socket;
  received = '';
  closed = false;

  constructor(where: Where) {
    this.socket = connect({ ...where });
    this.socket.setEncoding('latin1').on('data', (text: string) => {
      this.received += text;
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
    });
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }

  gone(): Promise<true> {
    return until('the other side to close the connection', () => this.closed || undefined) as Promise<true>;
  }

  end(): void {
    this.socket.destroy();
  }
}

/** One value of a /metrics page; the labels may be a part of those there. */
export function metric(page: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const found = page.split('\n').find((line) => {
    if (!line.startsWith(`${name} `) && !line.startsWith(`${name}{`)) return false;
    return Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`));
  });
  assert.ok(found !== undefined, `no ${name} with ${JSON.stringify(labels)} on the page`);
  return Number(found.slice(found.lastIndexOf(' ') + 1).replace('+Inf', 'Infinity'));
}

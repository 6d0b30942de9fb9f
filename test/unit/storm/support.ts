// What the tests of the storm share: small servers that behave as asked, and storms run in this process on them, with
// what they said and their result. Every server is closed with its test.

import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { storm } from '../../../bench/storm/index.ts';
import type { RawOptions } from '../../../bench/storm/options/raw.ts';
import type { StormResult } from '../../../bench/storm/show/result.ts';
import { err } from '../../../src/lib/result.ts';

export interface LocalServer {
  readonly server: Server;
  readonly port: number;
  readonly sockets: Set<Socket>;
}

/** A server on an ephemeral port of 127.0.0.1; it ends with the test. */
export async function serve(
  test: TestContext,
  greet: (socket: Socket) => void,
  port = 0,
): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    greet(socket);
  });
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { server, port: address.port, sockets };
}

/** Answers each line that comes. */
export function answering(greeting: string, answer: (line: string, socket: Socket) => string | undefined) {
  return (socket: Socket): void => {
    let partial = '';
    if (greeting !== '') socket.write(greeting);
    socket.setEncoding('latin1').on('data', (text: string) => {
      const lines = (partial + text).split('\r\n');
      partial = lines.pop() ?? '';
      for (const line of lines) {
        const said = answer(line, socket);
        if (said !== undefined) socket.write(said);
      }
    });
  };
}

/** An IMAP server as far as a storm goes. */
export const imap = answering('* OK ready\r\n', (line, socket) => {
  const [tag = '', verb] = line.split(' ');
  if (verb === 'LOGOUT') {
    socket.end(`* BYE see you\r\n${tag} OK done\r\n`);
    return undefined;
  }
  return `* some news\r\n${tag} OK ${verb} done\r\n`;
});

export interface Stormed {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  readonly result: StormResult;
}

/** A storm in this process; its result is read from --json. */
export async function stormed(
  protocol: string,
  target: string,
  raw: RawOptions = {},
  abort: AbortSignal = new AbortController().signal,
): Promise<Stormed> {
  const said = await spoken(protocol, target, { json: true, ...raw }, abort);
  assert.notEqual(said.out, '', said.err);
  return { ...said, result: JSON.parse(said.out) as StormResult };
}

export async function spoken(
  protocol: string,
  target: string,
  raw: RawOptions = {},
  abort: AbortSignal = new AbortController().signal,
): Promise<Omit<Stormed, 'result'>> {
  let out = '';
  let complaint = '';
  const exitCode = await storm(
    { protocol, target, raw: { master: false, ...raw }, words: [protocol, target], version: '0.0.0' },
    {
      output: {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          complaint += text;
        },
        columns: undefined,
      },
      progressColumns: undefined,
      abort,
      askStatus: async () => err({ exitCode: 69, text: 'no master in this test' }),
    },
  );
  return { exitCode, out, err: complaint };
}

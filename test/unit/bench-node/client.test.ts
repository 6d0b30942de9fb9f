// What counts as lost: a request that was sent and not answered, and nothing else. Against a server that behaves as told.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Client } from '../../../bench/node/load/client.ts';
import type { Flow, FlowResult, LoadOrder } from '../../../bench/node/load/order.ts';
import { Tally } from '../../../bench/node/load/tally.ts';

const BODY = '{"pid":1}';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const ANSWER_LIMIT_MS = 300;
/** Long enough that the end of a connection is heard before the next request, on a busy machine too. */
const EVERY_MS = 250;

/** One client's `requests` to a server that does `serve` with each; what became of them. */
async function visit(
  t: TestContext,
  requests: number,
  serve: (socket: Socket, request: number) => void,
): Promise<FlowResult> {
  let request = 0;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => {
      request += 1;
      serve(socket, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return run(port, requests);
}

async function run(port: number, requests: number): Promise<FlowResult> {
  const flow: Flow = { mode: 'keep-alive', clients: 1, path: '/', everyMs: EVERY_MS, requests };
  const order: LoadOrder = { port, ms: 0, answerLimitMs: ANSWER_LIMIT_MS, flows: [flow] };
  const began = performance.now();
  const tally = new Tally(began);
  await new Promise<void>((resolve) => new Client(flow, order, tally, began, resolve));
  return tally.result(flow, performance.now() - began);
}

const NONE = { refused: 0, reset: 0, cut: 0, 'timed-out': 0, wrong: 0 };

test('answered requests are counted by their worker, and none is lost', async (t) => {
  const { answered, lost, byWorker } = await visit(t, 5, (socket) => socket.write(ANSWER));
  assert.deepEqual({ answered, lost, byWorker }, { answered: 5, lost: NONE, byWorker: { 1: 5 } });
});

test('a connection that ends between two requests is no loss: the next one comes on a new one', async (t) => {
  const { answered, lost } = await visit(t, 3, (socket) => socket.end(ANSWER));
  assert.deepEqual({ answered, lost }, { answered: 3, lost: NONE });
});

test('cut in the middle of an answer, reset, and never answered are three losses', async (t) => {
  const { answered, lost } = await visit(t, 4, (socket, request) => {
    if (request === 1) socket.end(ANSWER.slice(0, -1));
    else if (request === 2) socket.resetAndDestroy();
    else if (request === 4) socket.write(ANSWER);
  });
  assert.deepEqual({ answered, lost }, { answered: 1, lost: { ...NONE, cut: 1, reset: 1, 'timed-out': 1 } });
});

test('where nobody listens a request is refused', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { answered, lost } = await run(port, 1);
  assert.deepEqual({ answered, lost }, { answered: 0, lost: { ...NONE, refused: 1 } });
});

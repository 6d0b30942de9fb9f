// Properties of the HTTP listener: right requests are answered in their order, however they are cut; everything else
// is answered with a status that is known, or closed; no error of ours, and /metrics answers the next one.

import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { after, before, describe } from 'node:test';
import fc from 'fast-check';
import { createRoutes, type HttpRoutes } from '../../../src/plane/http/routes.ts';
import { type HttpServer, startHttpServer } from '../../../src/plane/http/server.ts';
import { holds } from '../support/fuzz.ts';
import { fakeThread } from './support/fake-thread.ts';
import { answersIn, malformed, wellFormed } from './support/made-up-http.ts';
import { cutAt, RawClient } from './support/raw-client.ts';
import { statusReader } from './support/status.ts';
import { type MadeUpMaster, madeUpMaster } from './support/status-page.ts';

const METRICS = 'preforkd_turns_total 1\n';
const KNOWN = new Set([100, 200, 400, 404, 405, 408, 413, 417, 421, 431]);

let server: HttpServer;
let master: MadeUpMaster;
let url: string;
let routes: HttpRoutes;
const failures: string[] = [];
const uncaught = (error: unknown) => void failures.push(String(error));

before(async () => {
  process.on('uncaughtException', uncaught);
  const metrics = { contentType: 'text/plain; version=0.0.4', render: async () => METRICS };
  const status = statusReader(fakeThread());
  master = madeUpMaster(status);
  routes = createRoutes(
    { metrics, status, boardAgeMs: () => 10, stall: () => undefined },
    master.page.routes,
  );
  url = await new Promise<string>((listening) => {
    const failed = (reason: string) => void failures.push(reason);
    server = startHttpServer({ host: '127.0.0.1', port: 0, routes, listening, unavailable: failed, failed });
  });
});
after(() => {
  process.off('uncaughtException', uncaught);
  master.page.stop();
  server.stop();
});

const connected = () => new RawClient({ host: '127.0.0.1', port: Number(new URL(url).port) });
const cuts = fc.array(fc.nat(), { maxLength: 5 });

async function assertUnharmed(): Promise<void> {
  assert.deepEqual(failures.splice(0), []);
  const page = await fetch(`${url}/metrics`);
  assert.deepEqual([page.status, await page.text()], [200, METRICS]);
}

describe('HTTP', () => {
  holds(
    'right requests are answered in their order, however they are cut',
    200,
    fc.asyncProperty(fc.array(wellFormed, { minLength: 1, maxLength: 8 }), cuts, async (requests, places) => {
      const last = requests.findIndex(({ ends }) => ends);
      const answered = last < 0 ? requests : requests.slice(0, last + 1);
      const client = connected();
      await client.write(cutAt(Buffer.from(requests.map(({ text }) => text).join(''), 'latin1'), places));
      client.finish();
      await client.until('the connection to be closed', () => client.closed);
      const answers = answersIn(client.received.toString('latin1'));
      assert.deepEqual(
        answers.map(({ status }) => status),
        answered.map(({ status }) => status),
      );
      for (const [index, { headers, body }] of answers.entries()) {
        assert.equal(body === '', answered[index]?.method === 'HEAD');
        assert.match(headers, /^x-content-type-options: nosniff\r$/m);
      }
      await assertUnharmed();
    }),
  );

  holds(
    'anything else has an answer that is known, or none, and harms nobody',
    300,
    fc.asyncProperty(malformed, cuts, async (text, places) => {
      const client = connected();
      await client.write(cutAt(Buffer.from(text, 'latin1'), places));
      client.finish();
      await client.until('the connection to be closed', () => client.closed);
      for (const { status } of answersIn(client.received.toString('latin1')))
        assert.ok(KNOWN.has(status), `${status}`);
      await assertUnharmed();
    }),
  );

  const fields = fc.dictionary(
    fc.constantFrom('content-length', 'transfer-encoding', '__proto__', 'x'),
    fc.string(),
  );
  holds(
    'a path that is no page is not found, whatever it is',
    1_000,
    fc.asyncProperty(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string(),
      fields,
      async (path, method, headers) => {
        const { status, body } = await routes({ url: path, method, headers } as unknown as IncomingMessage);
        const page =
          /^(https?:\/\/[^/?#]*)?(\/|\/metrics|\/healthz|\/readyz|\/api\/status|)([?#].*)?$/is.test(path);
        assert.ok(page ? [200, 405, 413].includes(status) : status === 404, `${status}`);
        assert.ok(body.length > 0);
      },
    ),
  );
});

// The status page over HTTP: frames are made once for all who look, they are not too many, every file is served as it
// should, and what browsers are told keeps the page to ourselves.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { loadAssets } from '../../../src/plane/http/assets.ts';
import type { Frame, Hello } from '../../../src/plane/http/frame.ts';
import { createRoutes } from '../../../src/plane/http/routes.ts';
import { type HttpServer, startHttpServer } from '../../../src/plane/http/server.ts';
import { VIEWERS_MAX } from '../../../src/plane/http/stream.ts';
import { type FakeThread, fakeThread, sampleSnapshot } from './support/fake-thread.ts';
import { statusReader } from './support/status.ts';
import { type MadeUpMaster, madeUpMaster } from './support/status-page.ts';
import { until } from './support/until.ts';

/** Of one in which no service has changed, however many there are. */
const QUIET_FRAME_BYTES_MAX = 2_000;

describe('over HTTP', () => {
  async function served(
    t: { after(end: () => void): void },
    thread: FakeThread = fakeThread(),
  ): Promise<{ url: string; master: MadeUpMaster }> {
    const status = statusReader(thread);
    const master = madeUpMaster(status);
    const metrics = { contentType: 'text/plain', render: async () => 'x\n' };
    const routes = createRoutes({ metrics, status, boardAgeMs: () => 1 }, master.page.routes);
    let server: HttpServer | undefined;
    const url = await new Promise<string>((listening) => {
      const failed = (reason: string) => void master.failures.push(reason);
      server = startHttpServer({
        ...{ host: '127.0.0.1', port: 0, routes, listening, unavailable: failed, failed },
      });
    });
    t.after(() => {
      master.page.stop();
      server?.stop();
    });
    return { url, master };
  }

  /** Events as they come. */
  async function* events(url: string): AsyncGenerator<{ name: string; data: unknown; text: string }> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of (await fetch(`${url}/api/live`)).body ?? []) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const whole = rest.split('\n\n');
      rest = whole.pop() ?? '';
      for (const text of whole) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(text) ?? [];
        if (name !== undefined) yield { name, data: JSON.parse(data ?? ''), text };
      }
    }
  }

  test('hello, then the same frames for all, with words of the snapshot and new facts; at the end the end', async (t) => {
    const { url, master } = await served(t);
    master.take(0, 'imap');
    master.set(0, { queue: 3, maxchild: Number.POSITIVE_INFINITY });
    const [one, other] = [events(url), events(url)];
    const hello = (await one.next()).value?.data as Hello;
    assert.equal((await other.next()).value?.name, 'hello');
    assert.deepEqual([hello.version, hello.frame.phase], ['0.1.0', 'running']);
    master.recent.learn({ kind: 'reload-refused', diagnostics: 'no <b>good</b>' }, 5);
    const right = (await other.next()).value;
    const frame = right?.data as Frame;
    // A second may have passed between the two.
    let left = (await one.next()).value;
    while (left !== undefined && (left.data as Frame).at < frame.at) left = (await one.next()).value;
    assert.equal(left?.text, right?.text);
    assert.match(frame.remarks[0]?.text ?? '', /no <b>good<\/b>/);
    assert.deepEqual(
      [frame.totals.queue, frame.services[0]?.queue, frame.services[0]?.maxchild],
      [3, 3, null],
    );
    assert.match(frame.services[0]?.words?.why ?? '', /nothing more is needed/);
    master.page.stop();
    for await (const { name } of one) if (name === 'end') break;
    assert.deepEqual(master.failures, []);
  });

  test('with 500 services a second is told in little while nothing changes, and one change is one service', async (t) => {
    const [sample] = sampleSnapshot().services;
    assert.ok(sample);
    const names = Array.from({ length: 500 }, (_, index) => `service${index}`);
    const services = names.map((name) => ({ ...sample, name }));
    const { url, master } = await served(t, fakeThread(sampleSnapshot({ services })));
    names.forEach((name, slot) => void master.take(slot, name));
    const stream = events(url);
    const next = async (): Promise<{ name: string; data: unknown; text: string; frame: Frame }> => {
      const { value } = await stream.next();
      assert.ok(value);
      return { ...value, frame: value.data as Frame };
    };
    const hello = await next();
    assert.equal((hello.data as Hello).frame.services.length, 500);
    // With their words, which come later than the figures.
    await until('all have their words', async () => (await next()).frame.services.length === 500);
    const quiet = await next();
    assert.deepEqual([quiet.name, quiet.frame.services.length], ['frame', 0]);
    t.diagnostic(`hello ${hello.text.length} bytes, a quiet frame ${quiet.text.length}`);
    assert.ok(quiet.text.length < QUIET_FRAME_BYTES_MAX, quiet.text);
    master.set(77, { queue: 3 });
    let changed = await next();
    if (changed.frame.services.length === 0) changed = await next();
    assert.deepEqual(
      changed.frame.services.map(({ name, queue }) => [name, queue]),
      [['service77', 3]],
    );
    assert.equal(changed.frame.totals.queue, 3);
    master.take(500, 'another');
    let anew = await next();
    while (anew.name === 'frame') anew = await next();
    assert.equal((anew.data as Hello).frame.services.length, 501);
  });

  test('one too many is told so, and HEAD takes no place', async (t) => {
    const { url } = await served(t);
    assert.equal((await fetch(`${url}/api/live`, { method: 'HEAD' })).status, 200);
    const crowd = await Promise.all(Array.from({ length: VIEWERS_MAX }, () => fetch(`${url}/api/live`)));
    const late = await fetch(`${url}/api/live`);
    assert.deepEqual([late.status, late.headers.get('retry-after')], [503, '10']);
    assert.equal((await fetch(`${url}/metrics`)).status, 200);
    for (const viewer of crowd) await viewer.body?.cancel();
    await until('there is room again', async () => {
      const answer = await fetch(`${url}/api/live`);
      await answer.body?.cancel();
      return answer.status === 200;
    });
  });

  test('the history of one service, or of all; another one is not found', async (t) => {
    const { url, master } = await served(t);
    master.take(0, 'a&b', 'unix');
    await until('it is recorded', async () => {
      const { status } = await fetch(`${url}/api/history?service=a%26b&family=unix`);
      return status === 200;
    });
    assert.equal((await fetch(`${url}/api/history`)).status, 200);
    assert.equal((await fetch(`${url}/api/history?service=constructor`)).status, 404);
  });

  test('a policy that allows nothing but our own files; nobody frames it, nobody is told who refers', async (t) => {
    const { url } = await served(t);
    const { headers } = await fetch(url);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"])
      assert.ok(policy.includes(part), part);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|data:|https?:/);
    assert.deepEqual(
      [headers.get('x-frame-options'), headers.get('referrer-policy'), headers.get('x-content-type-options')],
      ['DENY', 'no-referrer', 'nosniff'],
    );
  });

  test('every file that the page names is there, kept for ever, smaller when asked; no other is', async (t) => {
    const { url } = await served(t);
    const page = await (await fetch(url)).text();
    const files = [...page.matchAll(/(?:href|src)="(page\/[^"]+)"/g)].map(([, path]) => path);
    assert.ok(files.length >= 5);
    const folder = files[0]?.replace(/[^/]+$/, '') ?? '';
    for (const path of [...files, `${folder}words.js`]) {
      const answer = await fetch(`${url}/${path}`);
      assert.deepEqual([answer.status, path], [200, path]);
      assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
    }
    for (const path of [
      `${folder}../page.css`,
      `${folder}nothing.js`,
      'page/0/main.js',
      `${folder}tsconfig.json`,
    ])
      assert.equal((await fetch(`${url}/${path}`)).status, 404, path);
    assert.doesNotMatch(page, /<script(?![^>]* src=)|<style|style=| on\w+=/);
  });

  test('compressed it is the same', async () => {
    const assets = await loadAssets();
    const [plain, zipped] = await Promise.all([assets('/', false), assets('/', true)]);
    assert.equal(zipped?.headers?.['content-encoding'], 'gzip');
    assert.deepEqual(gunzipSync(zipped?.body ?? ''), plain?.body);
  });
});

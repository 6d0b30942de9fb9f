// The status page in a real browser, over a made-up master that is what a real one rarely is: stalled, unhealthy, gone and
// back, or with names and words that would be dangerous in a page that trusts them.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { createRoutes } from '../../src/plane/http/routes.ts';
import { type HttpServer, startHttpServer } from '../../src/plane/http/server.ts';
import { fakeThread, sampleSnapshot } from '../unit/plane/support/fake-thread.ts';
import { statusReader } from '../unit/plane/support/status.ts';
import { type MadeUpMaster, madeUpMaster } from '../unit/plane/support/status-page.ts';
import { openTab, startBrowser, WITHOUT_CHROMIUM } from './browser.ts';
import { until } from './waiting.ts';

const EVIL = '<img src=x onerror="document.title=1">';

function serve(
  master: MadeUpMaster,
  port: number,
  settings: { readonly tokenFile?: string } = {},
): Promise<{ server: HttpServer; url: string }> {
  const metrics = { contentType: 'text/plain', render: async () => '' };
  const status = statusReader(fakeThread());
  return new Promise((resolve) => {
    const failed = (reason: string) => void master.failures.push(reason);
    const server = startHttpServer({
      ...{ host: '127.0.0.1', port, ...settings, unavailable: failed, failed },
      routes: createRoutes({ metrics, status, boardAgeMs: () => 1 }, master.page.routes),
      listening: (url) => resolve({ server, url }),
    });
  });
}

async function madeUp(t: TestContext, master: MadeUpMaster) {
  const { server, url } = await serve(master, 0);
  t.after(() => {
    master.page.stop();
    server.stop();
  });
  return { server, url, tab: await openTab(await startBrowser(t), url) };
}

describe('the status page', { skip: WITHOUT_CHROMIUM }, () => {
  test('a supervisor that stalls is seen, though the page goes on, and so is bad health', async (t) => {
    const master = madeUpMaster(statusReader(fakeThread()));
    const { tab } = await madeUp(t, master);
    await tab.says('#state', /Running, healthy/);
    master.standing = { quietMs: 6_000, stage: 'spawn', stageMs: 5_000, stalled: false };
    await tab.says('#state', /Supervisor slow: no turn for 6 s, in stage “spawn” for 5 s/);
    master.standing = { quietMs: 75_000, stage: 'spawn', stageMs: 74_000, stalled: true };
    await tab.says('#state', /Supervisor stalled: no turn for 75 s, in stage “spawn” for 74 s/);
    await tab.says('#verdict-says', /^Last known: No client waits/);
    await tab.picture('stalled');
    master.standing = { quietMs: 0, stage: 'poll', stageMs: 10, stalled: false };
    master.health = { status: 503, body: 'the supervisor did not answer\n' };
    await tab.says('#state', /Unhealthy: the supervisor did not answer/);
    master.health = { status: 200, body: 'ok\n' };
    await tab.says('#state', /Running, healthy/);
    assert.deepEqual(tab.troubles, []);
  });

  test('names, reasons and last words are text, whatever stands in them', async (t) => {
    const [imap] = sampleSnapshot().services;
    assert.ok(imap);
    const evil = {
      ...imap,
      name: EVIL,
      why: `${EVIL}: 3 clients wait; ${EVIL}.`,
      lastExit: { pid: 1, how: 'exit 1', lastStderr: `</td><script>${EVIL}</script>`, secondsAgo: 1 },
    };
    const master = madeUpMaster(statusReader(fakeThread(sampleSnapshot({ services: [evil] }))));
    master.take(0, EVIL);
    master.set(0, { queue: 3, constraint: 1, maxchild: 4, busy: 4, active: 4 });
    master.recent.learn({ kind: 'reload-refused', diagnostics: EVIL }, Date.now());
    const { tab } = await madeUp(t, master);
    await tab.says('#verdict-says', /3 clients wait: <img src=x/);
    await tab.says('#verdict-why', /<img src=x onerror/);
    await tab.page.locator('.open').press('Enter');
    await tab.says('tr.details', /<\/td><script><img/);
    await tab.says('#charts-subject', /<img src=x/);
    await tab.says('#facts', /<img src=x/);
    assert.equal(await tab.page.locator('img, main script').count(), 0);
    assert.match(await tab.page.title(), /preforkd$/);
    assert.deepEqual(tab.troubles, []);
  });

  test('five hundred services: all are there, and what changes at one of them is seen', async (t) => {
    const [sample] = sampleSnapshot().services;
    assert.ok(sample);
    const names = Array.from({ length: 500 }, (_, index) => `service${index}`);
    const services = names.map((name) => ({ ...sample, name }));
    const master = madeUpMaster(statusReader(fakeThread(sampleSnapshot({ services }))));
    names.forEach((name, slot) => void master.take(slot, name));
    const { tab } = await madeUp(t, master);
    await until('all have a row', async () => (await tab.page.locator('.open').count()) === names.length);
    await tab.says('#verdict-says', /No client waits/);
    master.set(321, { queue: 7, busy: 2, active: 2 });
    await tab.says('#verdict-says', /7 clients wait: service321\/ipv4 \(7\)/);
    await tab.says('#service-table tr.waiting td.name', /^service321\/ipv4$/);
    assert.equal(await tab.tile('busy'), 2);
    master.take(500, 'late');
    await tab.says('#service-table tbody tr.service:nth-last-child(2) td.name', /^late\/ipv4$/);
    await tab.says('#verdict-says', /7 clients wait/);
    assert.deepEqual(tab.troubles, []);
  });

  test('a master that goes and comes back is found again by itself', async (t) => {
    const master = madeUpMaster(statusReader(fakeThread()));
    const { server, url, tab } = await madeUp(t, master);
    await tab.says('#state', /Running, healthy/);
    server.stop();
    await tab.says('#state', /Connection lost .* reconnecting/);
    await tab.says('#verdict-says', /^Last known:/);
    const again = await serve(master, Number(new URL(url).port));
    t.after(() => again.server.stop());
    await tab.says('#state', /Running, healthy/);
    assert.deepEqual(tab.troubles, []);
  });

  test('with a token it is shown to who gives it as a password, live stream and all', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'preforkd-token-'));
    t.after(() => rmSync(directory, { recursive: true, force: true }));
    const tokenFile = join(directory, 'token');
    writeFileSync(tokenFile, 'correct-horse-battery\n');
    const master = madeUpMaster(statusReader(fakeThread()));
    const { server, url } = await serve(master, 0, { tokenFile });
    t.after(() => {
      master.page.stop();
      server.stop();
    });
    const browser = await startBrowser(t);
    const httpCredentials = { username: '', password: 'correct-horse-battery' };
    const tab = await openTab(browser, url, { httpCredentials });
    await tab.says('#state', /Running, healthy/);
    assert.deepEqual(tab.troubles, []);
    assert.equal((await fetch(`${url}/api/live`)).status, 401);
  });
});

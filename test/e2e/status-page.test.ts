// The status page in a real browser, over a real master: a storm is seen on it, a master that stops or stands still is
// shown, the keyboard suffices, and it fits a phone. Never a complaint of the browser, never a request to elsewhere.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openTab, startBrowser, type Tab, WITHOUT_CHROMIUM } from './browser.ts';
import { LEMMING, PREFORKD, ROOT, type RunningMaster, run, startMaster, until } from './harness.ts';
import { ECHO } from './support.ts';

const IMAP = `${process.execPath} ${join(ROOT, 'dist/examples/imap/main.js')}`;
const BODY = `SERVICES {
  imap cmd="${IMAP}" listen="127.0.0.1:0" prefork=2 maxchild=4
  echo cmd="${ECHO}" listen="./echo.sock" prefork=1
}`;

async function quietMaster(t: Parameters<typeof startMaster>[0]): Promise<RunningMaster> {
  const master = await startMaster(t, BODY, { logLevel: 'info' });
  await master.settled('imap', { starting: 0 });
  await master.settled('echo', { starting: 0 });
  return master;
}

async function stormAt(master: RunningMaster, ...words: readonly string[]): Promise<void> {
  const address = await master.address('imap');
  const target = 'path' in address ? address.path : `${address.host}:${address.port}`;
  const { code, stderr } = await run(
    process.execPath,
    [PREFORKD, 'storm', 'imap', target, '--no-master', '--json', ...words],
    master.directory,
  );
  assert.equal(code, 0, stderr);
}

const noTroubles = (tab: Tab) => assert.deepEqual(tab.troubles, []);

describe('the status page', { skip: WITHOUT_CHROMIUM }, () => {
  test('a storm is seen on it as it comes and goes, and by who opens it later', async (t) => {
    const master = await quietMaster(t);
    const browser = await startBrowser(t);
    const url = await master.httpUrl();
    const tab = await openTab(browser, url, { colorScheme: 'dark' });
    await tab.says('#state', /Running, healthy/);
    await tab.says('#verdict-says', /No client waits$/);
    assert.equal(await tab.tile('ready'), 3);
    const storm = stormAt(master, '-n', '60', '--session', 'hold=1s');
    // Four at a time, so that the others wait, and the page says for what.
    await tab.says('#verdict-says', /clients? waits?: imap\/ipv4 \(\d+\)/);
    await tab.says('#verdict-why', /imap\/ipv4: .*all 4 workers that maxchild allows are alive/);
    await tab.says('#service-table tr.waiting td.queue', /[1-9]/);
    await until('four busy', async () => (await tab.tile('busy')) === 4);
    assert.match(await tab.text('#service-table tr.waiting .figures'), /4 busy · 0 ready of 4/);
    await tab.picture('storm-dark');
    await storm;
    await tab.says('#verdict-says', /No client waits$/);
    const later = await openTab(browser, url, { colorScheme: 'light' });
    await later.says('#charts', /waiting 0, most [1-9]/);
    await later.says('#charts', /busy 0, most 4/);
    assert.match(await later.text('#facts'), /ready: every service listens/);
    for (const each of [tab, later]) noTroubles(each);
  });

  test('a master that stops is shown: while its workers finish, and when it has gone', async (t) => {
    const stuck = `SERVICES {\n  stuck cmd="${LEMMING} --ignore-term" listen="127.0.0.1:0" prefork=1 maxchild=1 stoplimit=1h\n}`;
    const master = await startMaster(t, stuck, { logLevel: 'info' });
    // It has answered, so it is up and ignores SIGTERM.
    await (await master.client('stuck')).line();
    const [worker] = (await master.service('stuck')).workers;
    const tab = await openTab(await startBrowser(t), await master.httpUrl());
    await tab.says('#state', /Running/);
    master.signal('SIGTERM');
    await tab.says('#state', /Stopping: workers finish their clients/);
    assert.ok(worker);
    process.kill(worker.pid, 'SIGKILL');
    await tab.says('#state', /The master has stopped/);
    assert.equal((await master.ended()).code, 0);
    noTroubles(tab);
  });

  test('a master that stands still is shown as silent, and as running when it goes on', async (t) => {
    const master = await quietMaster(t);
    const tab = await openTab(await startBrowser(t), await master.httpUrl());
    await tab.says('#state', /Running/);
    t.after(() => master.signal('SIGCONT'));
    master.signal('SIGSTOP');
    await tab.says('#state', /The master has been silent for \d+ s/);
    await tab.says('#verdict-says', /^Last known:/);
    master.signal('SIGCONT');
    await tab.says('#state', /Running/);
    noTroubles(tab);
  });

  test('a supervisor that hangs in a spawn is shown with that stage, and as running when it turns again', async (t) => {
    const hangs = `SERVICES {\n  single cmd="${LEMMING}" listen="127.0.0.1:0"\n}`;
    const master = await startMaster(t, hangs, {
      master: 'watchdog limit=5s',
      environment: { PREFORKD_ALLOW_CHAOS: '1' },
      runArguments: ['--chaos', 'stall=15000'],
    });
    const tab = await openTab(await startBrowser(t), await master.httpUrl());
    await tab.says('#state', /Running/);
    await master.client('single');
    await tab.says('#state', /Supervisor stalled: no turn for .*, in stage “spawn” for/);
    await tab.says('#verdict-says', /^Last known:/);
    await tab.says('#state', /Running/);
    noTroubles(tab);
  });

  test('the keyboard suffices: skip link, sorting, details, charts of one service', async (t) => {
    const master = await quietMaster(t);
    const tab = await openTab(await startBrowser(t), await master.httpUrl());
    const { page } = tab;
    const focused = () => page.locator(':focus').textContent();
    await page.locator('.open').first().waitFor();
    await page.keyboard.press('Tab');
    assert.match((await focused()) ?? '', /Skip to the services/);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.match((await focused()) ?? '', /^Service/);
    await page.keyboard.press('Enter');
    const names = () => page.locator('.open').allTextContents();
    assert.deepEqual(await names(), ['echo/unix', 'imap/ipv4']);
    assert.equal(await page.locator('th[data-sort=name]').getAttribute('aria-sort'), 'ascending');
    await page.keyboard.press('Enter');
    assert.deepEqual(await names(), ['imap/ipv4', 'echo/unix']);
    assert.match((await focused()) ?? '', /^Service/);
    for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('Tab');
    assert.equal(await focused(), 'imap/ipv4');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator(':focus').getAttribute('aria-expanded'), 'true');
    assert.match((await page.locator('tr.details:visible').textContent()) ?? '', /nothing more is needed/);
    await until('the charts of imap', async () =>
      /imap\/ipv4/.test((await page.locator('#charts-subject').textContent()) ?? ''),
    );
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('tr.details:visible').count(), 0);
    assert.deepEqual(tab.troubles, []);
  });

  test('dark, light and a phone: nothing sticks out, nothing moves for who wants none', async (t) => {
    const master = await quietMaster(t);
    const browser = await startBrowser(t);
    const url = await master.httpUrl();
    const grounds = new Set<unknown>();
    for (const colorScheme of ['dark', 'light'] as const) {
      for (const width of [360, 1280]) {
        const viewport = { width, height: 800 };
        const tab = await openTab(browser, url, { colorScheme, viewport, reducedMotion: 'reduce' });
        await tab.page.locator('.open').first().press('Enter');
        await tab.page.locator('tr.details dd').first().waitFor();
        grounds.add(await tab.page.evaluate('getComputedStyle(document.body).backgroundColor'));
        assert.equal(await tab.page.evaluate('document.documentElement.scrollWidth'), width);
        assert.equal(
          await tab.page.evaluate('getComputedStyle(document.querySelector(".segment")).transitionDuration'),
          '0s',
        );
        await tab.picture(`quiet-${colorScheme}-${width}`);
        noTroubles(tab);
        await tab.page.context().close();
      }
    }
    assert.equal(grounds.size, 2);
  });
});

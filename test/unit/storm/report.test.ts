// What a person sees of a storm: the table, the progress line, the page. All from one result, so that they agree; and
// the page needs nothing from anywhere, whatever a service has said.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { describe, type TestContext, test } from 'node:test';
import { latencyOf } from '../../../bench/storm/load/latency.ts';
import { reportPage } from '../../../bench/storm/report/page.ts';
import { perSecond } from '../../../bench/storm/report/plots-master.ts';
import { TONES } from '../../../bench/storm/report/theme.ts';
import { progressLine, showProgress } from '../../../bench/storm/show/progress.ts';
import type { StormResult } from '../../../bench/storm/show/result.ts';
import { stormTable } from '../../../bench/storm/show/table.ts';
import { imap, serve, stormed } from './support.ts';

/** A page of metrics whose counters grow with every look. */
async function metrics(t: TestContext): Promise<string> {
  let looks = 0;
  const server = createServer((_, response) => {
    looks += 1;
    const service = (name: string, value: number) =>
      `preforkd_${name}{service="imap",family="ipv4",kind="service"} ${value}\n`;
    response.end(
      service('ready_workers', 5) +
        service('starting_workers', 2) +
        service('busy_workers', 3) +
        service('active_workers', 8) +
        service('queue_length', 12) +
        service('spawns_total', looks * 2) +
        `preforkd_turns_total ${looks * 10}\npreforkd_interruptions_total ${looks * 4}\n` +
        `preforkd_stage_seconds_sum{stage="spawn"} ${looks / 1_000}\n` +
        `preforkd_stage_seconds_count{stage="spawn"} ${looks * 10}\n` +
        `preforkd_stage_seconds_bucket{stage="spawn",le="0.001"} ${looks * 10}\n`,
    );
  });
  t.after(() => server.close().closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

async function sample(t: TestContext): Promise<StormResult> {
  let served = 0;
  const { port } = await serve(t, (socket) => {
    served += 1;
    if (served % 10 === 0) socket.end('* BYE <script>alert(1)</script> \u001b[31m\r\n');
    else imap(socket);
  });
  const { result } = await stormed('imap', `127.0.0.1:${port}`, {
    ...{ shape: 'poisson', rate: '100/s', duration: '500ms', seed: '7', sample: '50ms' },
    ...{ slo: 'p50=20s,errors=0', master: true, metrics: await metrics(t), pid: `${process.pid}` },
  });
  return result;
}

describe('the table', () => {
  test('says what the JSON says', async (t) => {
    const result = await sample(t);
    const table = stormTable(result);
    assert.match(
      table,
      /^storm: imap at 127\.0\.0\.1:\d+, 50 connections \(poisson\) over 500 ms, session logout, seed 7/,
    );
    assert.match(table, /^VISITS {2}50 arrived; 45 greeted \(.* a second\), 45 done, 5 failed \(5 wrong\)/m);
    assert.match(table, /^greeting +45 .* never +never/m);
    assert.match(table, /^wrong +5 +greeting: \* BYE <script>alert\(1\)<\/script> \\x1b\[31m$/m);
    assert.match(table, new RegExp(`^MASTER ${process.pid}$`, 'm'));
    assert.match(table, /workers {2}8 active at most, 3 busy, 2 starting/);
    assert.match(table, /queue {4}12 at most/);
    const { workers, process: master } = result.master ?? {};
    assert.ok(workers && workers.spawns > 4 && workers.interruptions === workers.spawns * 2);
    assert.ok(table.includes(`spawns   ${workers.spawns} (`), table);
    assert.ok(master && master.cpuSeconds > 0);
    assert.match(table, /p50=20s {3}holds/);
    assert.match(table, /errors=0 {2}DOES NOT HOLD \(measured: 5\)/);
    assert.match(table, /^again: preforkd storm imap 127\.0\.0\.1:\d+ --seed 7$/m);
  });

  test('the time line begins before the storm, ends after it, and has everything on it', async (t) => {
    const { timeline, visits } = await sample(t);
    const { samples } = timeline;
    assert.ok(samples.length >= 8, `${samples.length}`);
    assert.ok((samples[0]?.atMs ?? 1) < 0 && samples[0]?.load.arrived === 0);
    const last = samples.at(-1);
    assert.deepEqual(last?.load, {
      arrived: visits.all,
      open: 0,
      greeted: visits.greeted,
      failed: visits.failed,
    });
    assert.ok(last?.figures && last.process && last.listen);
    assert.deepEqual(
      samples.map(({ atMs }) => atMs),
      samples.map(({ atMs }) => atMs).toSorted((one, other) => one - other),
    );
  });
});

describe('the page', () => {
  test('needs nothing from anywhere, and runs nothing', async (t) => {
    const page = reportPage(await sample(t));
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|@import|url\((?!#)|javascript:|\son\w+=/i);
    const addresses = new Set([...page.matchAll(/https?:\/\/[^"'\s<]+/g)].map(([address]) => address));
    // Names of XML, which nobody fetches; and the metrics page, as text, is not named at all.
    assert.deepEqual([...addresses].sort(), ['http://www.w3.org/1999/xlink', 'http://www.w3.org/2000/svg']);
    assert.match(page, /default-src 'none'/);
    assert.match(page, /&lt;script&gt;alert\(1\)/);
  });

  test('has every plot, the figures, and what repeats it', async (t) => {
    const result = await sample(t);
    const page = reportPage(result);
    for (const title of [
      'Latency over time',
      'Percentiles',
      'Arrived and greeted',
      'Workers and queue',
      'Spawns',
      'Stages of a turn',
      'The master itself',
    ]) {
      assert.ok(page.includes(`<h2>${title}</h2>`), title);
    }
    assert.equal(page.match(/<svg /g)?.length, 7);
    assert.ok(page.includes('45 of 50') && page.includes(result.command.replaceAll('"', '&quot;')));
    assert.match(page, /class="broken"><b>errors=0<\/b> does not hold: 5/);
  });

  test('follows the scheme of its reader: no colour is drawn that is not a variable', async (t) => {
    const page = reportPage(await sample(t));
    const [, ...pictures] = page.split('<svg ');
    for (const picture of pictures) assert.doesNotMatch(picture.split('</svg>')[0] ?? '', /#[0-9a-f]{6}/i);
    for (const name of Object.keys(TONES))
      assert.equal(page.match(new RegExp(`--${name}:#`, 'g'))?.length, 2, name);
    assert.match(page, /prefers-color-scheme:dark/);
  });

  test('is made without a master, and when nobody was greeted', async (t) => {
    const { port } = await serve(t, (socket) => socket.resetAndDestroy());
    const failed = await stormed('imap', `127.0.0.1:${port}`, { connections: '5' });
    const page = reportPage(failed.result);
    assert.match(page, /<b>0 of 5<\/b>/);
    assert.match(page, /<b>never<\/b>/);
    assert.doesNotMatch(page, /NaN|undefined|Infinity/);
    assert.equal(page.match(/<svg /g)?.length, 3);
  });

  test('is written by --report, and the JSON by --save', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'preforkd-storm-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const { port } = await serve(t, imap);
    const [report, save] = [join(directory, 'a.html'), join(directory, 'a.json')];
    const { result } = await stormed('imap', `127.0.0.1:${port}`, { connections: '20', report, save });
    assert.deepEqual(JSON.parse(readFileSync(save, 'utf8')), result);
    assert.equal(readFileSync(report, 'utf8'), reportPage(result));
  });
});

test('spawns per second: the growth of the counter, shared by the bins of a gap', () => {
  const at = (atMs: number, spawns: number) => ({ atMs, figures: { spawns } });
  const result = {
    seconds: 2,
    timeline: { samples: [at(-5, 10), at(500, 10), at(1_500, 30), at(2_010, 30)] },
  };
  const bins = perSecond(result as unknown as StormResult, ({ spawns }) => spawns, 0.5);
  assert.deepEqual(bins, [
    [0.25, 0],
    [0.75, 20],
    [1.25, 20],
    [1.75, 0],
  ]);
});

describe('percentiles', () => {
  const histogram = createHistogram();
  for (let ms = 1; ms <= 100; ms += 1) histogram.record(ms * 1_000);

  test('count who never had it as infinitely late', () => {
    const all = latencyOf(histogram, 0);
    assert.deepEqual([Math.round(all.p50 ?? 0), Math.round(all.p99 ?? 0)], [50, 99]);
    const half = latencyOf(histogram, 100);
    // Of 200, the half that had it ends at the 50th percentile.
    assert.deepEqual(
      [Math.round(half.p50 ?? 0), half.p90, half.p99, Math.round(half.max ?? 0)],
      [100, null, null, 100],
    );
    assert.ok(half.curve.every(([percent]) => percent <= 50));
  });

  test('of nobody are nothing', () => {
    const none = latencyOf(createHistogram(), 3);
    assert.deepEqual([none.p50, none.min, none.mean, none.max, none.curve], [null, null, null, null, []]);
  });
});

describe('progress', () => {
  const state = (started: number, open: number, waiting: number) => ({
    results: { started, open, greeted: 40, failed: 2 },
    waiting,
    ms: 1_500,
    greetedPerSecond: 123.4,
  });

  test('one line with a bar and live rates, never wider than the terminal', () => {
    assert.equal(
      progressLine(state(60, 10, 40), 200),
      '[##########..........] 50 %  1.5 s  60/100 arrived, 10 open, 40 greeted (123/s), 2 failed',
    );
    assert.equal(progressLine(state(60, 10, 40), 30).length, 29);
    assert.match(progressLine(state(0, 0, 0), 80), /^\[\.{20}\] 0 %/);
  });

  test('is written over itself, and nothing is left of it', async () => {
    let written = '';
    const live = { results: state(5, 5, 5).results, waiting: () => 5 };
    const end = showProgress(
      (text) => {
        written += text;
      },
      80,
      live as never,
    );
    await new Promise((resolve) => setTimeout(resolve, 450));
    end();
    const lines = written.split('\r\u001b[2K');
    assert.ok(lines.length >= 3, written);
    assert.equal(lines.at(-1), '');
    assert.doesNotMatch(written, /\n/);
  });
});

// What a storm looks at beside its clients: the master's metrics page, the kernel's figures, and which master it is.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { describe, test } from 'node:test';
import { summariseMaster } from '../../../bench/storm/show/master-summary.ts';
import { findSupervisor } from '../../../bench/storm/trouble/supervisor-thread.ts';
import { readFigures, type Scrape } from '../../../bench/storm/watch/figures.ts';
import {
  type AskStatus,
  findMaster,
  listensAt,
  type MasterWishes,
} from '../../../bench/storm/watch/find-master.ts';
import {
  catches,
  childrenOf,
  descriptorLimit,
  listenFigures,
  processFigures,
} from '../../../bench/storm/watch/proc.ts';
import { createScraper } from '../../../bench/storm/watch/scraper.ts';
import { err, ok } from '../../../src/lib/result.ts';
import { CATALOG } from '../../../src/plane/metrics/catalog.ts';
import { sampleStatus } from '../plane/support/status.ts';

const PAGE = readFileSync(new URL('../../golden/metrics/page.txt', import.meta.url), 'utf8');

describe('the metrics page', () => {
  test('of a preforkd is understood: every metric that a storm follows is in the catalog', () => {
    const scrape = readFigures(PAGE, undefined);
    assert.ok(scrape);
    const source = readFileSync(new URL('../../../bench/storm/watch/figures.ts', import.meta.url), 'utf8');
    const known = new Set(CATALOG.map(({ name }) => name));
    const followed = source.match(/preforkd_\w+/g) ?? [];
    assert.ok(followed.length > 10);
    assert.deepEqual(
      followed.filter((name) => !known.has(name)),
      [],
    );
  });

  const page = (spawns: number, turns: number) => `
# HELP preforkd_spawns_total Workers spawned.
preforkd_spawns_total{service="imap",family="ipv4",kind="service"} ${spawns}
preforkd_spawns_total{service="imap",family="ipv6",kind="service"} 100
preforkd_spawns_total{service="pop",family="ipv4",kind="service"} 1000
preforkd_spawns_total{service="idled",family="",kind="daemon"} 10000
preforkd_queue_length{service="imap",family="ipv4",kind="service"} 7
preforkd_turns_total ${turns}
preforkd_turns_total_but_not garbage
preforkd_interruptions_total 3
preforkd_stage_seconds_sum{stage="spawn"} ${turns / 1_000}
preforkd_stage_seconds_count{stage="spawn"} ${turns}
preforkd_stage_seconds_bucket{stage="spawn",le="0.001"} ${turns / 2}
preforkd_stage_seconds_bucket{stage="spawn",le="0.01"} ${turns}
preforkd_stage_seconds_bucket{stage="spawn",le="+Inf"} ${turns}
`;

  test('figures are those of the service, or of all services', () => {
    const spawns = (filter?: { service: string; family?: string }) =>
      readFigures(page(1, 5), filter)?.figures.spawns;
    assert.equal(spawns({ service: 'imap', family: 'ipv4' }), 1);
    assert.equal(spawns({ service: 'imap' }), 101);
    assert.equal(spawns(), 1_101);
    assert.equal(readFigures(page(1, 5), { service: 'pop' })?.figures.interruptions, 3);
  });

  test('of something else is none', () => {
    assert.equal(readFigures('go_goroutines 7\n', undefined), undefined);
    assert.equal(readFigures('<html>', undefined), undefined);
  });

  test('counters become differences, gauges their most, stages their means', () => {
    const [before, after] = [readFigures(page(1, 100), undefined), readFigures(page(11, 300), undefined)] as [
      Scrape,
      Scrape,
    ];
    const load = { arrived: 0, open: 0, greeted: 0, failed: 0 };
    const summary = summariseMaster(
      { pid: 7 },
      {
        samples: [
          { atMs: -1, load, figures: before.figures },
          { atMs: 500, load },
          { atMs: 1_999, load, figures: after.figures },
        ],
        stages: [before.stages, after.stages],
      },
    );
    assert.equal(summary?.workers?.spawns, 10);
    assert.equal(summary?.workers?.spawnsPerSecondMost, 5);
    assert.equal(summary?.workers?.queueMost, 7);
    const [stage] = summary?.stages ?? [];
    assert.deepEqual(
      [stage?.turns, stage?.p99Ms, Math.round((stage?.meanMs ?? 0) * 1_000)],
      [200, 10, 1_000],
    );
    assert.equal(summary?.process, undefined);
    assert.equal(summariseMaster(undefined, { samples: [], stages: undefined }), undefined);
  });

  test('is scraped once at a time; who does not answer leaves a gap', async (t) => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      setTimeout(() => response.end(page(asked, 1)), 30);
    });
    t.after(() => server.close().closeAllConnections());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const scraper = createScraper(`http://127.0.0.1:${port}/metrics`, undefined);
    const [first, second] = await Promise.all([scraper.scrape(), scraper.scrape()]);
    assert.equal(first?.figures.spawns, 1_101);
    assert.equal(second, undefined);
    const [pending, last] = await Promise.all([scraper.scrape(), scraper.scrapeLast()]);
    assert.deepEqual([pending?.figures.spawns, last?.figures.spawns, asked], [1_102, 1_103, 3]);
    assert.equal(await createScraper('http://127.0.0.1:1/metrics', undefined).scrape(), undefined);
  });
});

describe('the kernel', () => {
  test('tells CPU, memory, threads and children of a process, and of one that is gone nothing', async (t) => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    t.after(() => child.kill());
    await once(child, 'spawn');
    const { pid } = child;
    assert.ok(pid !== undefined && childrenOf(process.pid).includes(pid));
    const ours = processFigures(process.pid);
    assert.ok(
      ours && ours.cpuSeconds > 0 && ours.memoryBytes > 10_000_000 && ours.threads > 4 && ours.children > 0,
    );
    assert.equal(processFigures(4_194_303), undefined);
  });

  test('tells which signals a process catches', async (t) => {
    const handler = () => {};
    process.on('SIGUSR2', handler);
    t.after(() => process.off('SIGUSR2', handler));
    assert.equal(catches(process.pid, constants.signals.SIGUSR2), true);
    assert.equal(catches(process.pid, constants.signals.SIGALRM), false);
    assert.equal(catches(4_194_303, constants.signals.SIGUSR2), false);
  });

  test('tells how many connections it turned away, and our limit of descriptors', () => {
    const figures = listenFigures();
    assert.ok(figures && figures.overflows >= 0 && figures.drops >= figures.overflows);
    assert.ok(descriptorLimit() >= 256);
  });

  test('tells a process of one thread, and one that nothing tells', async (t) => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    t.after(() => child.kill());
    await once(child, 'spawn');
    assert.equal(await findSupervisor(child.pid as number), child.pid);
    assert.equal(await findSupervisor(4_194_303), undefined);
  });
});

describe('which master', () => {
  const tcp = (host: string, port: number) => ({ kind: 'tcp' as const, host, port, loopback: true });
  const status = sampleStatus();
  const asked = {
    socket: '/run/c.sock',
    status: { ...status, master: { ...status.master, http: 'http://127.0.0.1:9' } },
  };
  const answers: AskStatus = async () => ok({ ...asked, access: ok({ token: 'secret' }) });
  const [imap] = status.services;
  assert.ok(imap);
  const port = Number(imap.listen.split(':').at(-1));
  const wishes = (more: Partial<MasterWishes> = {}): MasterWishes => ({ none: false, ...more });
  const found = async (wish: MasterWishes, where = tcp('127.0.0.1', port), ask = answers) => {
    const outcome = await findMaster(wish, where, ask);
    assert.ok(outcome.ok, JSON.stringify(outcome));
    return outcome.value;
  };

  test('an address is that of a service, or is behind its wildcard', () => {
    assert.ok(listensAt('127.0.0.1:143', tcp('127.0.0.1', 143)));
    assert.ok(listensAt('0.0.0.0:143', tcp('127.0.0.1', 143)));
    assert.ok(listensAt('[::]:143', tcp('::1', 143)));
    assert.ok(!listensAt('127.0.0.1:143', tcp('127.0.0.1', 144)));
    assert.ok(!listensAt('127.0.0.2:143', tcp('127.0.0.1', 143)));
    assert.ok(!listensAt('', tcp('127.0.0.1', 143)));
    assert.ok(listensAt('/run/x.sock', { kind: 'unix', path: '/run/x.sock' }));
    assert.ok(!listensAt('/run/x.sock', { kind: 'unix', path: '/run/y.sock' }));
  });

  test('one that listens at the target is found unasked, with its metrics', async () => {
    const { master, notes } = await found(wishes(), tcp(imap.listen.split(':')[0] ?? '', port));
    assert.deepEqual(notes, []);
    assert.equal(master?.pid, status.master.pid);
    assert.equal(master?.metricsUrl, 'http://127.0.0.1:9/metrics');
    assert.deepEqual(master?.service, { service: imap.name, family: imap.family });
  });

  test('a stranger is left alone, unless it was asked for', async () => {
    assert.equal((await found(wishes(), tcp('127.0.0.1', 1))).master, undefined);
    const asked = await found(wishes({ config: 'services.conf' }), tcp('127.0.0.1', 1));
    assert.equal(asked.master?.pid, status.master.pid);
    assert.match(asked.notes.join(), /no service of this master listens at the target/);
    assert.equal((await found(wishes({ none: true }))).master, undefined);
  });

  test('what was said goes before what was found; another process is not this one', async () => {
    const where = tcp(imap.listen.split(':')[0] ?? '', port);
    const said = await found(wishes({ metricsUrl: 'http://127.0.0.1:7/metrics' }), where);
    assert.equal(said.master?.metricsUrl, 'http://127.0.0.1:7/metrics');
    assert.equal(said.master?.pid, status.master.pid);
    const other = await found(wishes({ pid: process.pid }), where);
    assert.deepEqual(other.master, { pid: process.pid });
  });

  test('its token goes to its own metrics only; without it a person is told why figures are missing', async () => {
    const own = await found(wishes({ socket: '/x' }));
    assert.deepEqual(own.master?.metricsAccess, { token: 'secret' });
    const said = await found(wishes({ socket: '/x', metricsUrl: 'http://127.0.0.1:7/metrics' }));
    assert.equal(said.master?.metricsAccess, undefined);
    const closed: AskStatus = async () => ok({ ...asked, access: err('EACCES: token') });
    const { notes } = await found(wishes({ socket: '/x' }), undefined, closed);
    assert.match(notes.join(), /if its metrics are protected, they are not read: EACCES: token/);
  });

  test('one that was asked for and does not answer ends the storm before it begins', async () => {
    const silent: AskStatus = async () => err({ exitCode: 69, text: 'no master runs' });
    const asked = await findMaster(wishes({ socket: '/x' }), tcp('127.0.0.1', 1), silent);
    assert.deepEqual(asked, { ok: false, error: { exitCode: 69, text: 'no master runs' } });
    assert.equal((await found(wishes(), tcp('127.0.0.1', 1), silent)).master, undefined);
  });
});

// `preforkd storm` against a real master with the sample IMAP service: a burst, its figures from all sides, objectives
// and their exit codes, and every trouble that can be made for the master while the load runs.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { StormResult } from '../../bench/storm/show/result.ts';
import {
  childrenOf,
  isAlive,
  PREFORKD,
  ROOT,
  type RunningMaster,
  run,
  startMaster,
  until,
} from './harness.ts';
import { ECHO, processesIn } from './support.ts';

const IMAP = `${process.execPath} ${join(ROOT, 'dist/examples/imap/main.js')} ${join(ROOT, 'examples/imap/maildir')}`;

/** A trace of each worker would drown the test. */
const QUIET = { logLevel: 'info' };

async function imapMaster(t: TestContext, keys = 'prefork=2 maxchild=12'): Promise<RunningMaster> {
  const master = await startMaster(
    t,
    `SERVICES {\n  imap cmd="${IMAP}" listen="127.0.0.1:0" ${keys}\n}`,
    QUIET,
  );
  await master.settled('imap', { starting: 0 });
  return master;
}

async function targetOf(master: RunningMaster, service: string): Promise<string> {
  const address = await master.address(service);
  return 'path' in address ? address.path : `${address.host}:${address.port}`;
}

interface Stormed {
  readonly code: number | null;
  readonly stderr: string;
  readonly result: StormResult;
}

async function storm(master: RunningMaster, ...words: readonly string[]): Promise<Stormed> {
  const { code, stdout, stderr } = await master.cli(
    'storm',
    'imap',
    await targetOf(master, 'imap'),
    '--json',
    ...words,
  );
  assert.notEqual(stdout, '', `${stderr}\n${master.explain()}`);
  return { code, stderr, result: JSON.parse(stdout) as StormResult };
}

describe('a burst', () => {
  test('of a hundred: all are greeted and served, and all sides agree', async (t) => {
    const master = await imapMaster(t);
    const login = ['--login', 'demo:demo', '--select', 'INBOX', '--seed', '7'];
    const { code, result } = await storm(master, ...login, '--slo', 'p99=60s,errors=0');
    assert.deepEqual([code, result.objectives.map(({ holds }) => holds)], [0, [true, true]]);
    const { visits, latency, timeline } = result;
    assert.deepEqual([visits.all, visits.greeted, visits.done, visits.failed], [100, 100, 100, 0]);
    assert.ok((latency.greeting.p50 ?? 0) > 0 && (latency.greeting.p99 ?? 0) >= (latency.greeting.p50 ?? 0));
    assert.ok((latency.session.max ?? 0) >= (latency.greeting.max ?? 0));
    // What the clients say, the master says too.
    assert.equal(result.master?.service, 'imap/ipv4');
    assert.equal(result.master?.pid, master.pid);
    const { workers, process: seen, stages } = result.master ?? {};
    assert.ok(workers && workers.queueMost > 0 && workers.activeMost <= 12 && workers.drift === 0);
    assert.equal(workers.spawns, (await master.service('imap')).spawns - 2);
    assert.ok(workers.spawns > 0 && workers.turns > 0);
    assert.ok(stages?.some(({ stage, turns, meanMs }) => stage === 'spawn' && turns > 0 && meanMs > 0));
    assert.ok(seen && seen.memoryBytesMost > 10_000_000 && seen.childrenMost >= workers.activeMost / 2);
    assert.ok(result.listen && timeline.samples.every(({ listen }) => listen));
    assert.equal(timeline.greetings.length, 100);
    // The last of them may still be told by the worker when the storm has measured for the last time.
    await until(
      'all connections to be counted',
      async () => (await master.service('imap')).connections === 100,
    );
  });

  test('the table and the saved JSON agree; the report needs nothing else', async (t) => {
    const master = await imapMaster(t);
    const directory = mkdtempSync(join(tmpdir(), 'preforkd-storm-'));
    t.after(() => rmSync(directory, { recursive: true, force: true }));
    const [save, report] = [join(directory, 'storm.json'), join(directory, 'storm.html')];
    const words = [
      'storm',
      'imap',
      await targetOf(master, 'imap'),
      '-n',
      '30',
      '--login',
      'demo:demo',
      '--seed',
      '7',
    ];
    const { code, stdout, stderr } = await master.cli(...words, '--save', save, '--report', report);
    assert.deepEqual([code, stderr], [0, '']);
    const result = JSON.parse(readFileSync(save, 'utf8')) as StormResult;
    assert.match(stdout, new RegExp(`${result.visits.all} arrived; ${result.visits.greeted} greeted`));
    assert.match(stdout, /^greeting {18,} *30 /m);
    assert.match(stdout, new RegExp(`^MASTER ${master.pid} imap/ipv4$`, 'm'));
    assert.match(stdout, new RegExp(`spawns +${result.master?.workers?.spawns} `));
    assert.match(stdout, /again: preforkd storm imap .* --login demo:PASSWORD --seed 7/);
    const page = readFileSync(report, 'utf8');
    assert.equal(page.match(/<svg /g)?.length, 7);
    assert.doesNotMatch(page, /<script|<link|src=|demo:demo/);
  });

  test('of many hundreds, held, on a unix socket', async (t) => {
    const body = `SERVICES {\n  echo cmd="${ECHO}" listen="./echo.sock" prefork=1 maxchild=4 clientlimit=200\n}`;
    const master = await startMaster(t, body, QUIET);
    await master.settled('echo', { starting: 0 });
    const words = ['storm', 'echo', await targetOf(master, 'echo'), '-n', '600', '--session', 'hold=500ms'];
    const { code, stdout } = await master.cli(...words, '--json', '--slo', 'errors=0');
    const { visits, master: seen } = JSON.parse(stdout) as StormResult;
    assert.deepEqual([code, visits.done, visits.openMost], [0, 600, 600]);
    assert.equal(seen?.service, 'echo/unix');
  });
});

test('objectives that do not hold: exit code 1', async (t) => {
  const master = await imapMaster(t);
  const { code, result } = await storm(
    master,
    '-n',
    '10',
    '--login',
    'demo:wrong',
    '--slo',
    'errors=0,p50=60s',
  );
  assert.deepEqual([code, result.objectives.map(({ holds }) => holds)], [1, [false, true]]);
  assert.equal(result.visits.wrong, 10);
  assert.match(result.reasons[0]?.reason ?? '', /^LOGIN: NO /);
});

describe('trouble for the master', () => {
  const steady = ['--shape', 'poisson', '--rate', '20/s', '--duration', '3s', '--session', 'hold=300ms'];

  test('--signals: they reach the supervisor thread, and its metric counts them', async (t) => {
    const master = await imapMaster(t);
    const { code, result } = await storm(master, ...steady, '--signals', '2000/s', '--slo', 'errors=0');
    assert.equal(code, 0, JSON.stringify(result.reasons));
    const [signals] = result.trouble;
    const { sent = 0, thread } = signals?.figures ?? {};
    const { interruptions = 0, turns = 0 } = result.master?.workers ?? {};
    assert.ok(sent > 1_000, `${sent} were sent`);
    // Each interrupts at most one poll; some hit the thread while it works, and interrupt nothing.
    assert.ok(interruptions > sent / 20 && interruptions <= sent + 1, `${interruptions} of ${sent}`);
    assert.ok(turns > interruptions / 16);
    assert.notEqual(thread, master.pid);
    assert.equal(master.exit, undefined);
  });

  test('--kill: workers die at random, their clients are cut, and the service goes on', async (t) => {
    const master = await imapMaster(t);
    const { result } = await storm(master, ...steady, '--kill', '40%,every=500ms', '--seed', '7');
    const killed = result.trouble[0]?.figures.killed ?? 0;
    assert.ok(killed > 0, 'somebody was killed');
    assert.ok(result.visits.failed <= killed + result.visits.reset, 'each had one client at most');
    assert.ok(result.visits.done > 20, `${result.visits.done}`);
    assert.ok(result.timeline.marks.some(({ what }) => what === 'kill'));
    await until('the master to count them', async () => {
      const page = (await master.get('/metrics')).body;
      const counted = /preforkd_exits_total\{service="imap".*reason="signal"\} (\d+)/.exec(page)?.[1];
      return Number(counted) >= killed;
    });
    await master.settled('imap', { starting: 0, state: 'running' });
  });

  test('--reload: in the storm, and nobody is lost', async (t) => {
    const master = await imapMaster(t);
    const { code, result } = await storm(master, ...steady, '--reload', 'every=700ms', '--slo', 'errors=0');
    assert.equal(code, 0, JSON.stringify(result.reasons));
    const { done = 0, failed } = result.trouble[0]?.figures ?? {};
    assert.ok(done >= 2, `${done} reloads`);
    assert.equal(failed, 0);
    assert.ok(master.events('reload-applied').length >= done);
  });

  test('--stop-cont: the master is stopped, shows as a gap, and goes on', async (t) => {
    const master = await imapMaster(t);
    const { code, result } = await storm(
      master,
      ...steady,
      '--stop-cont',
      'every=1s,for=400ms',
      '--slo',
      'errors=0',
    );
    assert.equal(code, 0, JSON.stringify(result.reasons));
    const stops = result.trouble[0]?.figures.stops ?? 0;
    assert.ok(stops >= 2, `${stops} stops`);
    const { marks, samples } = result.timeline;
    const stop = marks.find(({ what }) => what === 'stop');
    assert.ok(stop && marks.filter(({ what }) => what === 'continue').length === stops);
    const stopped = samples.filter(({ atMs }) => atMs > stop.atMs + 50 && atMs < stop.atMs + 350);
    assert.ok(stopped.length > 0);
    const cpu = stopped.map(({ process: seen }) => seen?.cpuSeconds);
    assert.equal(new Set(cpu).size, 1, `it used no processor: ${cpu}`);
    assert.match(readFileSync(`/proc/${master.pid}/status`, 'utf8'), /^State:\s+[SR]/m);
  });

  test('a foreign process is not sent what it does not catch', async (t) => {
    const master = await imapMaster(t);
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
    t.after(() => sleeper.kill());
    const words = [
      'storm',
      'imap',
      await targetOf(master, 'imap'),
      '--pid',
      `${sleeper.pid}`,
      '--signals',
      '100/s',
    ];
    const { code, stderr } = await run(
      process.execPath,
      [PREFORKD, ...words, '--signal', 'USR1'],
      master.directory,
    );
    assert.equal(code, 64);
    assert.match(stderr, /does not catch SIGUSR1: it would be ignored, or end the master/);
    assert.ok(isAlive(sleeper.pid as number));
  });
});

test('ports that run out are found at other source addresses', async (t) => {
  const inNamespace = (script: string) => run('unshare', ['-rn', 'sh', '-ec', script], ROOT);
  const few = 'ip link set lo up; echo 50000 50049 >/proc/sys/net/ipv4/ip_local_port_range';
  const able = await inNamespace(few).catch(() => undefined);
  if (able?.code !== 0) return t.skip('no network namespace of our own can be had here (unshare, ip)');
  const server = `require('net').createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(7, '127.0.0.1')`;
  const storm = `${process.execPath} ${PREFORKD} storm echo 127.0.0.1:7 --no-master -n 200 --session hold=1s --json`;
  const wait = `until ${process.execPath} -e 'require("net").connect(7, "127.0.0.1").on("error", () => process.exit(1)).end()'; do :; done`;
  const { stdout, stderr } = await inNamespace(
    `${few}; ${process.execPath} -e "${server}" & trap "kill $!" EXIT; ${wait}; ${storm}`,
  );
  assert.notEqual(stdout, '', stderr);
  const { visits, generator, notes } = JSON.parse(stdout) as StormResult;
  // Fifty ports for each address.
  assert.deepEqual([visits.done, visits.openMost, visits.failed], [200, 200, 0]);
  assert.ok(generator.sources >= 4, `${generator.sources} source addresses`);
  assert.match(notes.join(), /ports ran out/);
});

describe('the end', () => {
  test('Ctrl-C ends a storm at once, with what was measured; nothing of it is left', async (t) => {
    const master = await imapMaster(t);
    const words = ['storm', 'imap', await targetOf(master, 'imap'), '--config', master.file, '--json'];
    const load = ['--shape', 'poisson', '--rate', '10/s', '--duration', '10m', '--session', 'hold=10m'];
    const trouble = ['--signals', '500/s', '--stop-cont', 'every=100ms,for=99ms'];
    const child = spawn(process.execPath, [PREFORKD, ...words, ...load, ...trouble], {
      cwd: master.directory,
    });
    t.after(() => child.kill('SIGKILL'));
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    // The sender of signals is the first that is seen of a storm; the master stands still most of the time.
    await until('the storm to begin', () => childrenOf(child.pid as number).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    child.kill('SIGINT');
    await until('the storm to end', () => child.exitCode !== null);
    assert.equal(child.exitCode, 130);
    const result = JSON.parse(stdout) as StormResult;
    assert.ok(result.interrupted && result.visits.all > 0 && result.visits.aborted > 0);
    // It goes on, and its workers are free again.
    await master.settled('imap', { busy: 0, queue: 0 });
    // What is left of the storm would have its directory.
    await until('the sender of signals to end', () =>
      processesIn(master.directory).every((pid) => pid === master.pid || master.children().includes(pid)),
    );
  });

  test('what is wrong is said, and nothing is sent', async (t) => {
    const master = await imapMaster(t);
    const target = await targetOf(master, 'imap');
    const cases: readonly (readonly [words: readonly string[], code: number, says: RegExp])[] = [
      [['imap', '192.0.2.1:143'], 64, /--allow-remote/],
      [['imap', target, '--slo', 'fast'], 64, /is not an objective/],
      [['pop3', target], 64, /there is no protocol "pop3"/],
      [['imap', target, '--kill'], 64, /argument missing/],
      [['imap'], 64, /missing required argument 'TARGET'/],
      [['imap', target, '--socket', './nobody.sock'], 69, /no master runs at/],
      [['imap', target, '--no-master', '--kill', '5%'], 64, /need one/],
      [['imap', target, '-n', '900000', '--session', 'hold=1m'], 64, /descriptors.*ulimit -n/],
    ];
    for (const [words, code, says] of cases) {
      const said = await run(process.execPath, [PREFORKD, 'storm', ...words], master.directory);
      assert.deepEqual([said.code, said.stdout], [code, ''], words.join(' '));
      assert.match(said.stderr, says);
    }
    assert.equal((await master.service('imap')).connections, 0);
  });

  test('a master that listens at the target is found without a word', async (t) => {
    const master = await imapMaster(t);
    const words = ['storm', 'imap', await targetOf(master, 'imap'), '-n', '3', '--json'];
    // services.conf is here.
    const here = await run(process.execPath, [PREFORKD, ...words], master.directory);
    assert.equal((JSON.parse(here.stdout) as StormResult).master?.pid, master.pid);
    const none = await run(process.execPath, [PREFORKD, ...words, '--no-master'], master.directory);
    assert.equal((JSON.parse(none.stdout) as StormResult).master, undefined);
  });
});

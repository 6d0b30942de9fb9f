// The dashboards and rules on the real thing: Debian's Prometheus scrapes a master in trouble, with a storm running, a
// queue that overflows, a crash loop, events that fail and a refused reload. Every expression of every panel, alert and
// rule is asked through its API: each must give data, or says in its table why it gives none.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RECORDINGS } from '../../scripts/alerts/recordings.ts';
import { ALERTS } from '../../scripts/docs-alerts.ts';
import { DASHBOARDS } from '../../scripts/docs-dashboards.ts';
import { RELOADS } from '../../scripts/grafana/build.ts';
import { LEMMING, LEMMING_SH, ROOT, type RunningMaster, startMaster, until } from './harness.ts';
import { NO_PROMETHEUS, type Prometheus, startPrometheus } from './prometheus-server.ts';
import { ownDirectory, services } from './reckoning.ts';
import { ECHO } from './support.ts';

interface Question {
  readonly where: string;
  readonly expr: string;
  /** Why it may be without an answer. */
  readonly empty?: string | undefined;
}

const QUESTIONS: readonly Question[] = [
  ...DASHBOARDS.flatMap(({ title, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap((panel) =>
        panel.queries.map(({ expr, legend, empty }) => ({
          where: `${title}, ${panel.title}, ${legend}`,
          expr,
          empty,
        })),
      ),
    ),
  ),
  { where: 'marks of reloads', expr: RELOADS },
  ...ALERTS.map(({ name, expr, empty }) => ({ where: name, expr, empty })),
  ...RECORDINGS.map(({ name, expr, empty }) => ({ where: name, expr, empty })),
  ...RECORDINGS.map(({ name, empty }) => ({ where: `${name}, recorded`, expr: name, empty })),
];

/** A minute at maxchild must be seen; the rest comes sooner. */
const SEEN_WITHIN_MS = 150_000;
const BACKLOG = 4;

const IMAP = `${process.execPath} ${join(ROOT, 'dist/examples/imap/main.js')} ${join(ROOT, 'examples/imap/maildir')}`;

/** As Grafana does it, with all instances and services chosen. */
function filledIn(expr: string): string {
  return expr
    .replaceAll(/\$(instance|service|stage)\b/g, '.*')
    .replaceAll(/\$__(rate_interval|range)\b/g, '1m');
}

function troubled(program: string, period: number): string {
  return `${services(
    `imap cmd="${IMAP}" listen="127.0.0.1:0" prefork=2 maxchild=6`,
    `echo cmd="${ECHO}" listen="./echo.sock" prefork=1 clientlimit=10`,
    `stuck cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1 maxchild=1 backlog=${BACKLOG}`,
    `sick cmd="${LEMMING_SH} exit 1" listen="127.0.0.1:0" prefork=1`,
    `gone cmd="${program}" listen="127.0.0.1:0"`,
  )}
EVENTS {
  good cmd="/bin/true" period=${period}
  bad cmd="/bin/false" period=${period}
  slow cmd="/bin/sleep 600" period=${period}
}
DAEMON {
  idle cmd="${LEMMING} --daemon"
}`;
}

const OPTIONS = { logLevel: 'info', master: 'sampling interval=1s' };

/** One client is served, and its worker the only one; the others fill the queue. */
async function fillTheQueue(master: RunningMaster): Promise<void> {
  const first = await master.client('stuck');
  assert.match(await first.line(), /^lemming/);
  // The kernel lets one more in than the backlog says.
  for (let count = 0; count <= BACKLOG; count += 1) await master.client('stuck');
}

/** Handshakes that find the queue full: the kernel drops them, and they are tried again. */
async function overflow(t: TestContext, master: RunningMaster): Promise<void> {
  const where = await master.address('stuck');
  for (let count = 0; count < 3; count += 1) {
    const socket = connect({ ...where }).on('error', () => {});
    t.after(() => socket.destroy());
  }
}

async function storm(master: RunningMaster): Promise<void> {
  const address = await master.address('imap');
  assert.ok('port' in address);
  const load = [
    '--shape',
    'poisson',
    '--rate',
    '10/s',
    '--duration',
    '20s',
    '--session',
    'hold=1s*1,logout*1',
  ];
  const trouble = ['--kill', '60%,every=1s', '--signals', '5000/s', '--seed', '7'];
  const { stderr, stdout } = await master.cli(
    'storm',
    'imap',
    `${address.host}:${address.port}`,
    '--json',
    ...load,
    ...trouble,
  );
  assert.notEqual(stdout, '', stderr);
}

/**
 * A reload that takes effect makes changed events due again; then a program is gone when it is needed, and the next
 * reload is refused.
 */
async function harm(master: RunningMaster, program: string): Promise<void> {
  master.rewrite(troubled(program, 31), OPTIONS);
  assert.equal((await master.cli('reload', '--wait')).code, 0);
  rmSync(program);
  await master.client('gone');
  master.rewrite('SERVICES {\n  imap\n}', OPTIONS);
  assert.equal((await master.cli('reload', '--wait')).code, 78);
}

/** Those of the questions that are without an answer now. */
async function unanswered(prometheus: Prometheus, questions: readonly Question[]): Promise<Question[]> {
  const open: Question[] = [];
  for (const question of questions) {
    const samples = await prometheus.query(filledIn(question.expr));
    if (!samples.some(({ value }) => value[1] !== 'NaN')) open.push(question);
  }
  return open;
}

/** Asks until each was answered once: a rate over a minute and a queue that is full need not be seen together. */
async function askAll(prometheus: Prometheus): Promise<readonly Question[]> {
  const deadline = Date.now() + SEEN_WITHIN_MS;
  let open: readonly Question[] = QUESTIONS;
  for (;;) {
    open = await unanswered(prometheus, open);
    if (open.every(({ empty }) => empty !== undefined) || Date.now() > deadline) return open;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

test('every panel, alert and rule gets data from a master in trouble', { skip: NO_PROMETHEUS }, async (t) => {
  const program = join(ownDirectory(t), 'gone.sh');
  writeFileSync(program, `#!/bin/sh\nexec ${LEMMING}\n`, { mode: 0o755 });
  const master = await startMaster(t, troubled(program, 30), OPTIONS);
  await fillTheQueue(master);
  const url = new URL(await master.httpUrl());
  const prometheus = await startPrometheus(t, url.host);
  await overflow(t, master);
  // One after the other: the storm reads the file that the harm is done to.
  const trouble = storm(master).then(() => harm(master, program));
  const [open] = await Promise.all([askAll(prometheus), trouble]);
  assert.deepEqual(
    open.filter(({ empty }) => empty === undefined).map(({ where, expr }) => `${where}: ${filledIn(expr)}`),
    [],
  );
  for (const { where, empty } of open) t.diagnostic(`without data: ${where} (${empty})`);
  assert.deepEqual(await prometheus.labelValues('service', 'preforkd_active_workers'), [
    'echo',
    'gone',
    'idle',
    'imap',
    'sick',
    'stuck',
  ]);
  assert.deepEqual(await prometheus.labelValues('instance', 'preforkd_build_info'), [url.host]);
  for (const client of master.clients) client.socket.destroy();
  assert.equal(await master.stop(), 0);
  const gone = ALERTS.find(({ name }) => name === 'PreforkdTargetDown')?.expr ?? '';
  await until('a master that has gone', async () => (await prometheus.query(gone)).length > 0);
  // The test is no test if nothing could be without data.
  const wrong = {
    where: 'a metric that there is not',
    expr: 'preforkd_nothing_total{instance=~"$instance"}',
  };
  assert.deepEqual(await unanswered(prometheus, [wrong]), [wrong]);
});

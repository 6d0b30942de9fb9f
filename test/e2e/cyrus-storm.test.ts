// Storms of mail clients on Debian's real imapd: a burst; then workers are killed and the master is reloaded while clients
// come. At every rest the ledger is the process table.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CYRUS_USER } from '../../bench/setup/cyrus.ts';
import type { StormResult } from '../../bench/storm/show/result.ts';
import { obstacle, testHome } from './cyrus/home.ts';
import { type CyrusMaster, restIsExact, startImapd } from './cyrus/master.ts';
import { metric } from './reckoning.ts';

const SKIP = obstacle();
/** Debian's maxchild. */
const MAXCHILD = 100;
const CLIENTS = 300;
const SESSION = 'hold=300ms*3,logout*7';

async function storm({ master }: CyrusMaster, ...words: readonly string[]): Promise<StormResult> {
  const address = await master.address('imap');
  assert.ok('port' in address);
  const session = ['--login', `${CYRUS_USER.user}:${CYRUS_USER.password}`, '--select', 'INBOX', '--logout'];
  const load = ['--session', SESSION, '--seed', '2016', ...words];
  const target = `127.0.0.1:${address.port}`;
  const { stdout, stderr } = await master.cli('storm', 'imap', target, '--json', ...session, ...load);
  assert.notEqual(stdout, '', `${stderr}\n${master.explain()}`);
  return JSON.parse(stdout) as StormResult;
}

/** Nobody is busy any more, and the ledger is exact. */
async function comesToRest(cyrus: CyrusMaster): Promise<void> {
  await cyrus.master.settled('imap', { busy: 0, queue: 0 });
  await restIsExact(cyrus);
  assert.equal(await metric(cyrus.master, 'preforkd_accounting_drift_total'), 0);
}

async function stormed(t: TestContext): Promise<CyrusMaster> {
  const cyrus = await startImapd(testHome(t), `prefork=0 maxchild=${MAXCHILD}`);
  await restIsExact(cyrus);
  return cyrus;
}

test('a burst of three hundred: all are served, by no more workers than there may be', {
  skip: SKIP,
}, async (t) => {
  const cyrus = await stormed(t);
  const { visits, master, reasons } = await storm(cyrus, '-n', String(CLIENTS));
  assert.deepEqual([visits.done, visits.failed], [CLIENTS, 0], JSON.stringify(reasons));
  assert.ok((master?.workers?.activeMost ?? 0) <= MAXCHILD);
  await comesToRest(cyrus);
  assert.equal((await cyrus.master.service('imap')).connections, CLIENTS);
  // Idle workers are taken again: a second burst needs few new ones.
  const again = await storm(cyrus, '-n', String(CLIENTS));
  assert.deepEqual([again.visits.done, again.visits.failed], [CLIENTS, 0], JSON.stringify(again.reasons));
  await comesToRest(cyrus);
  assert.equal(await cyrus.master.stop(), 0);
});

test('workers are killed and the master is reloaded while clients come: only the clients of the killed lose', {
  skip: SKIP,
}, async (t) => {
  const cyrus = await stormed(t);
  const arrivals = ['--shape', 'poisson', '-n', String(CLIENTS), '--duration', '6s'];
  const result = await storm(cyrus, ...arrivals, '--kill', '10%,every=500ms', '--reload', 'every=1500ms');
  const { visits, trouble, reasons } = result;
  const figures = (kind: string) => trouble.find((each) => each.kind === kind)?.figures ?? {};
  const { killed = 0 } = figures('kill');
  const { done = 0, failed } = figures('reload');
  assert.ok(killed > 0 && done >= 2 && failed === 0, JSON.stringify(trouble));
  assert.equal(visits.done + visits.cut + visits.reset, visits.all, JSON.stringify(reasons));
  assert.ok(visits.failed <= killed, `${visits.failed} lost, ${killed} killed`);
  await comesToRest(cyrus);
  const { state } = await cyrus.master.service('imap');
  assert.equal(state, 'running');
  assert.equal(await cyrus.master.stop(), 0);
  assert.deepEqual(cyrus.master.children(), []);
});

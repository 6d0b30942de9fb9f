// What preforkd-cyrmaster tells the world in Cyrus's own ways: lines of syslog (here through CYRUS_SYSLOG_FILE), the
// registry of processes, metrics under Cyrus's names, and the file of -L. Real masters, real workers.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type Installation, install, lemming, startCyrmaster } from './cyrmaster-support.ts';
import { type RunningMaster, until } from './harness.ts';
import { freePort, metric } from './support.ts';

interface Voiced {
  readonly master: RunningMaster;
  readonly installation: Installation;
  readonly port: number;
  /** Once the file has it. */
  said(text: RegExp): Promise<string>;
}

/** No JSON: the system's log is where Cyrus's master logs. */
async function startVoiced(
  t: TestContext,
  cyrusConf: string,
  words: readonly string[] = [],
): Promise<Voiced> {
  const installation = install(t, cyrusConf, ['syslog_prefix: cyrus', 'debug: yes']);
  const port = await freePort();
  writeFileSync(installation.path('preforkd.conf'), `MASTER {\n  http listen="127.0.0.1:${port}"\n}\n`);
  const file = installation.path('syslog');
  const environment = { ...installation.environment, CYRUS_SYSLOG_FILE: file };
  const master = await startCyrmaster({ ...installation, environment }, words, { unready: true });
  t.after(() => void master.process.kill('SIGTERM'));
  const text = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const said = (wanted: RegExp) =>
    until(
      `${wanted} in the log`,
      () => wanted.exec(text())?.[0],
      () => `${text()}${master.stderr}`,
    );
  await until(
    'the ready file',
    () => existsSync(installation.readyFile),
    () => `${text()}${master.stderr}`,
  );
  return { master, installation, port, said };
}

test('it logs as master under the prefix, and nothing to stdout', async (t) => {
  const { master, said } = await startVoiced(t, lemming('listen="127.0.0.1:0" prefork=1'));
  await said(new RegExp(`^\\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d cyrus/master\\[${master.pid}\\]: `, 'm'));
  master.signal('SIGHUP');
  await said(/got SIGHUP/);
  assert.deepEqual(master.log, []);
  assert.equal(await master.stop(), 0);
});

test('each child stands in the registry, and one that was killed is taken out', async (t) => {
  const { master, installation } = await startVoiced(t, lemming('listen="127.0.0.1:0" prefork=2'));
  const registry = installation.path('conf/proc');
  const registered = () => (existsSync(registry) ? readdirSync(registry).sort() : []);
  const children = () => master.children().map(String).sort();
  const equal = () => registered().length === 2 && registered().join() === children().join();
  await until('both in the registry', equal);
  const [first = ''] = registered();
  assert.match(readFileSync(`${registry}/${first}`, 'utf8'), /^lemming\t/);
  process.kill(Number(first), 'SIGKILL');
  await until('another in its place', () => !registered().includes(first) && equal());
  assert.equal(await master.stop(), 0);
  assert.deepEqual(registered(), []);
});

test('its metrics have the names of Cyrus beside ours', async (t) => {
  const { master, port } = await startVoiced(t, lemming('listen="127.0.0.1:0" prefork=2'));
  const page = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const labels = { service: 'lemming', family: 'ipv4' };
  await until('two ready', async () => metric(await page(), 'cyrus_master_ready_workers', labels) === 2);
  assert.equal(await master.stop(), 0);
});

test('what workers print goes into the file of -L', async (t) => {
  const entry = lemming('listen="127.0.0.1:0" prefork=1', '--stderr hello-from-a-worker');
  const { master, installation } = await startVoiced(t, entry, ['-L', 'printed']);
  const file = installation.path('printed');
  await until(
    'the line',
    () => existsSync(file) && readFileSync(file, 'utf8').includes('hello-from-a-worker'),
  );
  assert.equal(await master.stop(), 0);
});

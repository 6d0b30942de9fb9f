// A master whose HTTP port is protected: who has no token gets nothing, and a new token and a new certificate in the files
// are in force after SIGHUP or `preforkd reload`, while the master and its workers run on. A half-written file changes
// nothing; another path is told to need a restart. Certificates are told apart by their fingerprints.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { StormResult } from '../../bench/storm/show/result.ts';
import { configuration, PREFORKD, type RunningMaster, run, startMaster } from './harness.ts';
import { ECHO } from './support.ts';

const BODY = `SERVICES {\n  echo cmd="${ECHO}" listen="127.0.0.1:0" prefork=1\n}`;
const OLD_TOKEN = 'correct-horse-battery';
const NEW_TOKEN = 'another-long-enough-token';
const NO_OPENSSL = spawnSync('openssl', ['version']).status === 0 ? false : 'needs openssl';

interface Files {
  readonly token: string;
  readonly certificate: string;
  readonly key: string;
}

function filesIn(t: TestContext): Files {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-protected-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const [token, certificate, key] = ['token', 'tls.pem', 'tls.key'].map((name) => join(directory, name));
  assert.ok(token && certificate && key);
  writeFileSync(token, `${OLD_TOKEN}\n`);
  return { token, certificate, key };
}

/** A new key and certificate in the files; returns the fingerprint. */
function issue({ certificate, key }: Files): string {
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const words = ['req', ...kind, '-subj', '/CN=localhost', '-days', '2', '-out', certificate, '-keyout', key];
  const { status, stderr } = spawnSync('openssl', words, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return new X509Certificate(readFileSync(certificate)).fingerprint256;
}

const httpSettings = ({ token, certificate, key }: Files) =>
  `token="${token}" certificate="${certificate}" key="${key}"`;

/** The status of the answer, and the fingerprint of the certificate that was shown. */
async function ask(master: RunningMaster, token?: string): Promise<readonly [number, string]> {
  const url = `${await master.httpUrl()}/metrics`;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    // An agent of its own: a connection that is kept has the certificate that it began with.
    const agent = new Agent({ rejectUnauthorized: false });
    get(url, { agent, headers }, (answer) => {
      const { fingerprint256 } = (answer.socket as TLSSocket).getPeerCertificate();
      answer.resume().on('end', () => resolve([answer.statusCode ?? 0, fingerprint256]));
    }).on('error', reject);
  });
}

test('SIGHUP and reload put a new token and certificate in force; who works is not disturbed', {
  skip: NO_OPENSSL,
}, async (t) => {
  const files = filesIn(t);
  const first = issue(files);
  const master = await startMaster(t, BODY, { http: httpSettings(files), logLevel: 'info' });
  assert.match(await master.httpUrl(), /^https:/);
  assert.deepEqual(await ask(master), [401, first]);
  assert.deepEqual(await ask(master, OLD_TOKEN), [200, first]);
  const client = await master.client('echo');
  await client.line();

  writeFileSync(files.token, `${NEW_TOKEN}\n`);
  const second = issue(files);
  assert.deepEqual(await ask(master, OLD_TOKEN), [200, first]);
  master.signal('SIGHUP');
  await master.until('the new certificate', async () => (await ask(master))[1] === second);
  assert.deepEqual(await ask(master, OLD_TOKEN), [401, second]);
  assert.deepEqual(await ask(master, NEW_TOKEN), [200, second]);

  writeFileSync(files.certificate, '-----BEGIN CERTIFICATE-----\nMIIB');
  assert.equal((await master.cli('reload', '--wait')).code, 0);
  await master.event('http-error');
  assert.deepEqual(await ask(master, NEW_TOKEN), [200, second]);
  const third = issue(files);
  assert.equal((await master.cli('reload', '--wait')).code, 0);
  assert.deepEqual(await ask(master, NEW_TOKEN), [200, third]);
  assert.equal(new Set([first, second, third]).size, 3);
  assert.match(await client.ask('still there'), /still there/);
});

test('a storm reads the metrics of a master whose token and certificate its user may read', {
  skip: NO_OPENSSL,
}, async (t) => {
  const files = filesIn(t);
  issue(files);
  const master = await startMaster(t, BODY, { http: httpSettings(files), logLevel: 'info' });
  const address = await master.address('echo');
  assert.ok('port' in address);
  const storm = ['storm', 'echo', `127.0.0.1:${address.port}`, '-n', '4', '--json'];
  const read = await master.cli(...storm);
  assert.equal(read.code, 0, read.stderr);
  const { master: figures } = JSON.parse(read.stdout) as StormResult;
  assert.ok(figures?.workers && figures.stages.length > 0, read.stdout);
  rmSync(files.token);
  const socket = join(master.directory, 'run', 'control', 'control.sock');
  const unread = await run(process.execPath, [PREFORKD, ...storm, '--socket', socket], master.directory);
  assert.equal(unread.code, 0, unread.stderr);
  assert.match(
    (JSON.parse(unread.stdout) as StormResult).notes.join(),
    /if its metrics are protected, they are not read: .*token/,
  );
});

test('another path is told to need a restart, and the one before stays in force', {
  skip: NO_OPENSSL,
}, async (t) => {
  const files = filesIn(t);
  const certificate = issue(files);
  const master = await startMaster(t, BODY, { http: httpSettings(files), logLevel: 'info' });
  const moved = { ...files, token: join(master.directory, 'moved') };
  writeFileSync(moved.token, `${NEW_TOKEN}\n`);
  writeFileSync(master.file, configuration(master.directory, BODY, { http: httpSettings(moved) }));
  const { code, stdout, stderr } = await master.cli('reload', '--wait');
  assert.equal(code, 0, stderr);
  assert.match(`${stdout}${stderr}`, /needs a restart to take effect: .*http/);
  assert.deepEqual(await ask(master, OLD_TOKEN), [200, certificate]);
  assert.equal((await ask(master, NEW_TOKEN))[0], 401);
});

// Who may read the pages: nobody without the token, however it is nearly right; over TLS when there is a certificate; and
// both files are read again when they change.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import type { HttpSettings } from '../../../src/config/settings.ts';
import { type HttpServer, startHttpServer } from '../../../src/plane/http/server.ts';
import { until } from './support/until.ts';

const DIRECTORY = mkdtempSync(join(tmpdir(), 'preforkd-access-'));
after(() => rmSync(DIRECTORY, { recursive: true, force: true }));

const TOKEN = 'correct-horse-battery';

function fileOf(name: string, text: string): string {
  const path = join(DIRECTORY, name);
  writeFileSync(path, text);
  return path;
}

async function serve(t: TestContext, settings: Partial<HttpSettings>) {
  const failures: string[] = [];
  const failed = (reason: string) => void failures.push(reason);
  let server: HttpServer | undefined;
  const url = await new Promise<string>((listening) => {
    server = startHttpServer({
      ...{ host: '127.0.0.1', port: 0, ...settings, listening, unavailable: failed, failed },
      headersTimeoutMs: 200,
      routes: async () => ({ status: 200, contentType: 'text/plain', body: 'secret' }),
    });
  });
  t.after(() => server?.stop());
  return { url, failures, renew: () => server?.renew() };
}

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function statusWith(url: string, authorization?: string): Promise<number> {
  const answer = await fetch(url, authorization === undefined ? {} : { headers: { authorization } });
  const text = await answer.text();
  assert.equal(text.includes('secret'), answer.status === 200);
  return answer.status;
}

describe('a token', () => {
  test('lets in who brings it, as bearer or as a password, and nobody else', async (t) => {
    const { url } = await serve(t, { tokenFile: fileOf('token', `${TOKEN}\nnot this\n`) });
    for (const right of [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`, basic('anybody', TOKEN), basic('', TOKEN)])
      assert.equal(await statusWith(url, right), 200, right);
    const wrong = ['', 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, TOKEN, `Digest ${TOKEN}`];
    for (const each of [
      undefined,
      ...wrong,
      basic(TOKEN, ''),
      basic('a', `${TOKEN} `),
      'Basic !!',
      'Bearer x y',
    ])
      assert.equal(await statusWith(url, each), 401, each);
    const refused = await fetch(`${url}/nothing`, { method: 'POST', body: 'x' });
    assert.match(refused.headers.get('www-authenticate') ?? '', /^Basic realm="preforkd"/);
  });

  test('is read again when it is renewed; a file that is wrong leaves the one before', async (t) => {
    const tokenFile = fileOf('changing', TOKEN);
    const { url, failures, renew } = await serve(t, { tokenFile });
    fileOf('changing', 'another-long-token\n');
    renew();
    assert.deepEqual([await statusWith(url, `Bearer ${TOKEN}`), failures], [401, []]);
    fileOf('changing', '\n');
    renew();
    assert.match(failures.join(), /less than 16 characters/);
    assert.equal(await statusWith(url, 'Bearer another-long-token'), 200);
  });

  test('whose file cannot be read lets nobody in', async (t) => {
    const { url, failures } = await serve(t, { tokenFile: join(DIRECTORY, 'gone') });
    for (const each of [undefined, 'Bearer ', basic('', '')]) assert.equal(await statusWith(url, each), 401);
    assert.match(failures.join(), /ENOENT/);
  });
});

/** Undefined without openssl. */
function certificate(name: string): NonNullable<HttpSettings['tls']> | undefined {
  const [certificateFile, keyFile] = [join(DIRECTORY, `${name}.pem`), join(DIRECTORY, `${name}.key`)];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-subj', `/CN=${name}`, '-days', '2', '-out', certificateFile, '-keyout', keyFile];
  return spawnSync('openssl', [...words, ...files]).status === 0 ? { certificateFile, keyFile } : undefined;
}

const FIRST = certificate('first');

describe('a certificate', { skip: FIRST === undefined ? 'needs openssl' : false }, () => {
  /** Status of the answer, and whose certificate was shown. */
  function ask(url: string, headers: Record<string, string> = {}): Promise<readonly [number, string]> {
    return new Promise((resolve, reject) => {
      const agent = new Agent({ rejectUnauthorized: false });
      get(url, { agent, headers }, (answer) => {
        const shown = (answer.socket as TLSSocket).getPeerCertificate().subject.CN;
        answer.resume().on('end', () => resolve([answer.statusCode ?? 0, String(shown)]));
      }).on('error', reject);
    });
  }

  test('is shown, beside a token, and another one after it was renewed', async (t) => {
    assert.ok(FIRST);
    const tokenFile = fileOf('tls-token', TOKEN);
    const { url, failures, renew } = await serve(t, { tls: FIRST, tokenFile });
    assert.match(url, /^https:/);
    assert.deepEqual(await ask(url), [401, 'first']);
    const authorization = `Bearer ${TOKEN}`;
    assert.deepEqual(await ask(url, { authorization }), [200, 'first']);
    writeFileSync(FIRST.certificateFile, 'garbage');
    renew();
    assert.equal(failures.length, 1);
    assert.deepEqual(await ask(url, { authorization }), [200, 'first']);
    assert.ok(certificate('first-again') && certificate('first'));
    renew();
    assert.deepEqual([await ask(url, { authorization }), failures.length], [[200, 'first'], 1]);
  });

  test('who speaks no TLS, or is silent after the handshake, is closed', async (t) => {
    const tls = certificate('other');
    assert.ok(tls);
    const { url } = await serve(t, { tls });
    const port = Number(new URL(url).port);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
    const silent = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    silent.on('error', () => {});
    silent.resume();
    await until('it is closed', () => silent.destroyed);
    assert.deepEqual(await ask(url), [200, 'other']);
  });
});

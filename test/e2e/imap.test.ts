// A real IMAP client (imapflow) on the sample IMAP service under a real master: what README's tour promises.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type FetchMessageObject, ImapFlow } from 'imapflow';
import { ROOT, type RunningMaster, startMaster, until } from './harness.ts';

const SAMPLE = join(ROOT, 'examples/imap/maildir');
const WELCOME = join(SAMPLE, 'cur/1793865600.M1P1.demo:2,S');

function service(maildir = SAMPLE, keys = 'prefork=1 maxchild=5'): string {
  const program = `${process.execPath} ${join(ROOT, 'dist/examples/imap/main.js')} ${maildir}`;
  return `SERVICES {\n  imap cmd="${program}" listen="127.0.0.1:0" ${keys}\n}`;
}

async function logIn(test: TestContext, master: RunningMaster, pass = 'demo'): Promise<ImapFlow> {
  const address = await master.address('imap');
  assert.ok('port' in address);
  const client = new ImapFlow({ ...address, secure: false, auth: { user: 'demo', pass }, logger: false });
  client.on('error', () => {});
  test.after(() => client.close());
  try {
    await client.connect();
  } catch (error) {
    // A refused client keeps its connection, and with it the worker.
    client.close();
    throw error;
  }
  return client;
}

async function fetchOne(client: ImapFlow, uid: string, query: object): Promise<FetchMessageObject> {
  const message = await client.fetchOne(uid, query, { uid: true });
  assert.ok(message, `message ${uid} is there`);
  return message;
}

test('a mail client logs in, lists, selects, fetches a whole message byte for byte, and logs out', async (t) => {
  const master = await startMaster(t, service());
  const client = await logIn(t, master);

  const folders = (await client.list()).map(({ path }) => path).sort();
  assert.deepEqual(folders, ['Archive', 'Archive.2025', 'Drafts', 'INBOX', 'Sent', 'Trash']);

  const mailbox = await client.mailboxOpen('INBOX');
  assert.equal(mailbox.exists, 7);
  assert.equal(mailbox.readOnly, true);
  const { source, size } = await fetchOne(client, '1', { source: true, size: true });
  const onDisk = readFileSync(WELCOME);
  assert.ok(source?.equals(onDisk), 'the message is the file');
  assert.equal(size, onDisk.length);

  await client.logout();
  await master.settled('imap', { busy: 0 });
  assert.equal((await master.service('imap')).connections, 1);
  assert.equal(await master.stop(), 0);
});

test('a mail client reads envelopes, structures and parts, and searches', async (t) => {
  const master = await startMaster(t, service());
  const client = await logIn(t, master);
  await client.mailboxOpen('INBOX');

  const { envelope, flags } = await fetchOne(client, '2', { envelope: true, flags: true });
  assert.equal(envelope?.subject, 'Grüße aus Köln – über Prozesse');
  assert.deepEqual(envelope?.from?.[0], { name: 'Jürgen Müller', address: 'juergen@example.org' });
  assert.equal(envelope?.cc?.[0]?.name, '山田太郎');
  assert.equal(flags?.size, 0);

  const { bodyStructure } = await fetchOne(client, '4', { bodyStructure: true });
  assert.deepEqual(
    bodyStructure?.childNodes?.map(({ part, type }) => `${part} ${type}`),
    ['1 text/plain', '2 image/png', '3 text/csv'],
  );
  assert.equal(bodyStructure?.childNodes?.[1]?.dispositionParameters?.filename, 'moth.png');
  const inner = await fetchOne(client, '5', { bodyStructure: true, bodyParts: ['2.1', '2.HEADER'] });
  assert.equal(inner.bodyParts?.get('2.1')?.toString(), 'Can machines think?\r\n');
  assert.match(String(inner.bodyParts?.get('2.header')), /^Subject: Inner subject\r$/m);

  assert.deepEqual(await client.search({ seen: false }, { uid: true }), [2, 4, 6, 7]);
  assert.deepEqual(await client.search({ subject: 'grüße' }, { uid: true }), [2]);
  assert.deepEqual(await client.search({ from: 'hopper', body: 'moth' }, { uid: true }), []);
  const archive = await client.status('Archive', { unseen: true, messages: true });
  assert.ok(archive);
  assert.deepEqual([archive.unseen, archive.messages], [0, 1]);
  await client.logout();
});

test('an idling client hears of new mail', async (t) => {
  const maildir = mkdtempSync(join(tmpdir(), 'preforkd-maildir-'));
  t.after(() => rmSync(maildir, { recursive: true, force: true }));
  cpSync(SAMPLE, maildir, { recursive: true });
  const master = await startMaster(t, service(maildir));
  const client = await logIn(t, master);
  await client.mailboxOpen('INBOX');
  let heard = 0;
  client.on('exists', ({ count }: { count: number }) => {
    heard = count;
  });
  const idling = client.idle();
  // As a Maildir is delivered to: written elsewhere, then moved.
  writeFileSync(join(maildir, 'arriving'), 'Subject: new\r\n\r\nnew\r\n');
  renameSync(join(maildir, 'arriving'), join(maildir, 'new/1793999999.M12P12.demo'));
  await until('the news of new mail', () => heard === 8);
  await client.noop();
  await idling;
  const { source } = await fetchOne(client, '8', { source: true });
  assert.equal(source?.toString(), 'Subject: new\r\n\r\nnew\r\n');
});

test('a wrong password is refused; the worker takes the next client', async (t) => {
  const master = await startMaster(t, service(SAMPLE, 'prefork=1 maxchild=1'));
  await assert.rejects(logIn(t, master, 'wrong'), (error: Error & { authenticationFailed?: boolean }) => {
    assert.equal(error.authenticationFailed, true);
    return true;
  });
  const client = await logIn(t, master);
  assert.equal((await client.mailboxOpen('INBOX')).exists, 7);
  await client.logout();
  assert.equal((await master.service('imap')).spawns, 1);
});

test('a stop of the master says BYE to a client in the middle of its session', async (t) => {
  const master = await startMaster(t, service());
  const client = await logIn(t, master);
  await client.mailboxOpen('INBOX');
  let closed = false;
  client.on('close', () => {
    closed = true;
  });
  const { pid } = await master.event('worker-busy');
  assert.equal(await master.stop(), 0);
  await until('the end of the session', () => closed);
  assert.equal(master.events('exited', { pid })[0]?.how, 'exit 75');
});

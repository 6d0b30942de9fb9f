// Debian's own cyrus.conf, with other ports and paths and nothing of ours in it, under preforkd-cyrmaster: START, every service
// with a client that uses it, EVENTS, idled, a reload and the end. The programs are Debian's cyrus-imapd.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CYRUS_USER } from '../../bench/setup/cyrus.ts';
import { Dialogue, deliver, logIn } from './cyrus/dialogue.ts';
import { obstacle, type Shipped, shippedConfiguration, type TestHome, testHome } from './cyrus/home.ts';
import { type CyrusMaster, restIsExact, serviceOf, startPlain, statusOf } from './cyrus/master.ts';
import { until } from './harness.ts';
import { processesIn } from './support.ts';

const FOLDER = 'INBOX.Projects';
const { user: USER, password: PASSWORD } = CYRUS_USER;
const local = (port: number) => ({ host: '127.0.0.1', port });

describe("Debian's cyrus.conf as it is shipped", { skip: obstacle(['pop3d', 'nntpd', 'httpd']) }, () => {
  const ends: (() => void | Promise<void>)[] = [];
  let home: TestHome;
  let shipped: Shipped;
  let cyrus: CyrusMaster;
  let lmtp: string;

  before(async () => {
    // lmtpd tells notifyd of each message; and who idles is told by idled or not at all, for nobody polls.
    const more = { mailnotifier: 'log', imapidlepoll: '3600' };
    home = testHome({ after: (end) => void ends.push(end) }, { more });
    shipped = await shippedConfiguration(home);
    lmtp = join(home.directory, 'socket/lmtp');
    cyrus = await startPlain(home, shipped.file);
  });
  after(async () => {
    for (const end of ends) await end();
  });

  test('START runs to its end, in order', () => {
    const jobs = cyrus.master.events('job-finished', { owner: 'start' });
    assert.deepEqual(
      jobs.map(({ service, failed }) => [service, failed]),
      ['recover', 'idled', 'delprune', 'tlsprune'].map((name) => [name, false]),
    );
    assert.ok(existsSync(join(home.directory, 'conf/mailboxes.db')));
  });

  test('every service listens; notifyd, which is to be preforked, is there', async () => {
    const status = await restIsExact(cyrus);
    const names = new Set(status.services.map(({ name }) => name));
    assert.deepEqual([...names], ['imap', 'pop3', 'nntp', 'http', 'lmtpunix', 'sieve', 'notify']);
    assert.deepEqual([...new Set(status.services.map(({ state }) => state))], ['running']);
    assert.equal(serviceOf(status, 'notify').active, 1);
    assert.equal(serviceOf(status, 'imap').active, 0);
  });

  test('a mail client logs in, creates a folder, appends, fetches and searches', async (t) => {
    const client = await logIn(t, shipped.ports.imap);
    assert.equal((await client.mailboxOpen('INBOX')).exists, 0);
    assert.equal((await client.mailboxCreate(FOLDER)).created, true);
    const source = 'From: anna@bench.test\r\nSubject: on paper\r\n\r\nmoths and relays\r\n';
    await client.append(FOLDER, source, ['\\Seen']);
    assert.equal((await client.mailboxOpen(FOLDER)).exists, 1);
    const message = await client.fetchOne('1', { source: true, flags: true });
    assert.ok(message);
    assert.equal(message.source?.toString(), source);
    assert.ok(message.flags?.has('\\Seen'));
    assert.deepEqual(await client.search({ body: 'relays' }), [1]);
    assert.deepEqual(await client.search({ body: 'valves' }), []);
    await client.logout();
  });

  test('a client that idles sees what lmtpd delivers, by idled; notifyd is told', async (t) => {
    const client = await logIn(t, shipped.ports.imap);
    await client.mailboxOpen('INBOX');
    let seen = 0;
    client.on('exists', ({ count }: { count: number }) => {
      seen = count;
    });
    const idling = client.idle();
    // The first may arrive before the server idles; then the second cannot.
    for (const [at, subject] of ['by lmtp', 'by lmtp again'].entries()) {
      await deliver(t, lmtp, subject);
      await until(`news of message ${at + 1}`, () => seen === at + 1);
    }
    await client.noop();
    await idling;
    const message = await client.fetchOne('2', { source: true });
    assert.ok(message);
    assert.match(
      message.source?.toString() ?? '',
      /Subject: by lmtp again\r\n[\s\S]*\r\n\r\ndelivered by lmtpd\r\n$/,
    );
    await client.logout();
    await cyrus.master.until(
      'the datagram to be taken',
      async () => serviceOf(await statusOf(cyrus), 'notify').connections === 1,
    );
  });

  test('pop3 reads it', async (t) => {
    const pop = await Dialogue.open(t, local(shipped.ports.pop3));
    const answers = [
      await pop.until(/^[-+]/),
      await pop.ask(`USER ${USER}`, /^[-+]/),
      await pop.ask(`PASS ${PASSWORD}`, /^[-+]/),
      await pop.ask('STAT', /^[-+]/),
    ].map((lines) => lines.at(-1) ?? '');
    for (const answer of answers) assert.match(answer, /^\+OK/);
    assert.match(answers[3] ?? '', /^\+OK 2 \d+/);
    const message = await pop.ask('RETR 1', /^(\.$|-)/);
    assert.ok(
      message.includes('Subject: by lmtp') && message.includes('delivered by lmtpd'),
      message.join('\n'),
    );
    await pop.ask('QUIT', /^\+OK/);
  });

  test('managesieve takes a script, and lmtpd files by it', async (t) => {
    const sieve = await Dialogue.open(t, { host: 'localhost', port: shipped.ports.sieve });
    const last = /^(OK|NO|BYE)/;
    const token = Buffer.from(`\0${USER}\0${PASSWORD}`).toString('base64');
    const script = `require "fileinto";\r\nif header :contains "subject" "invoice" { fileinto "${FOLDER}"; }\r\n`;
    const answers = [
      await sieve.until(last),
      await sieve.ask(`AUTHENTICATE "PLAIN" "${token}"`, last),
      await sieve.ask(`PUTSCRIPT "sort" {${script.length}+}\r\n${script}`, last),
      await sieve.ask('SETACTIVE "sort"', last),
      await sieve.ask('LISTSCRIPTS', last),
    ];
    for (const lines of answers) assert.match(lines.at(-1) ?? '', /^OK/);
    assert.ok(answers.at(-1)?.includes('"sort" ACTIVE'), answers.at(-1)?.join('\n'));
    await sieve.ask('LOGOUT', last);
    await deliver(t, lmtp, 'an invoice');
    const client = await logIn(t, shipped.ports.imap);
    const folder = await client.status(FOLDER, { messages: true });
    assert.ok(folder);
    assert.equal(folder.messages, 2);
    await client.logout();
  });

  test('nntpd greets, httpd answers', async (t) => {
    const news = await Dialogue.open(t, local(shipped.ports.nntp));
    assert.match((await news.until(/^\d/)).at(-1) ?? '', /^20[01] /);
    await news.ask('QUIT', /^205 /);
    const web = await Dialogue.open(t, local(shipped.ports.http));
    const answer = await web.ask('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n', /^HTTP/);
    assert.match(answer.at(-1) ?? '', /^HTTP\/1\.1 \d{3} /);
  });

  test('the EVENTS with a period has run, those with a time of day wait for it', async () => {
    const status = await cyrus.master.until('the end of the checkpoint', async () => {
      const now = await statusOf(cyrus);
      return now.events.some(
        ({ name, runs, running }) => name === 'checkpoint' && runs === 1 && !running.length,
      )
        ? now
        : undefined;
    });
    const [checkpoint, ...daily] = status.events;
    assert.deepEqual([checkpoint?.failures, checkpoint?.lastHow], [0, 'exit 0']);
    assert.deepEqual(
      daily.map(({ name }) => name),
      ['delprune', 'tlsprune', 'deleteprune', 'expungeprune'],
    );
    for (const { nextInSeconds } of daily)
      assert.ok(nextInSeconds !== null && nextInSeconds > 0 && nextInSeconds <= 25 * 3_600);
  });

  test('a reload keeps the sockets, and all are served on', async (t) => {
    await restIsExact(cyrus);
    cyrus.master.signal('SIGHUP');
    await cyrus.master.event('reload-applied');
    const client = await logIn(t, shipped.ports.imap);
    assert.equal((await client.mailboxOpen('INBOX')).exists, 2);
    await client.logout();
    assert.equal(cyrus.master.events('job-finished', { owner: 'start' }).length, 4);
  });

  test('the end: exit 0, no child, no idled that START had left, and no socket', async () => {
    const [idled] = cyrus.master.events('left-behind', { service: 'idled' });
    assert.ok(idled);
    const [pid] = idled.pids as readonly number[];
    assert.equal(readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), 'idled');
    assert.equal(await cyrus.master.stop(), 0);
    assert.deepEqual([existsSync(lmtp), existsSync(join(home.directory, 'socket/notify'))], [false, false]);
    assert.deepEqual(processesIn(home.directory), []);
  });
});

// The sample IMAP server's parts: grammar, MIME places, and the limits of the wire, on a socket pair without a master.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseMessage } from '../../../examples/imap/mime.ts';
import { inRanges, Parser, SyntaxProblem } from '../../../examples/imap/parser.ts';
import { cut, readSection } from '../../../examples/imap/sections.ts';
import { Session } from '../../../examples/imap/session.ts';

const MAILDIR = fileURLToPath(new URL('../../../examples/imap/maildir', import.meta.url));

/** Sends everything, reads until the server closes. */
async function converse(t: TestContext, text: string): Promise<string> {
  const server = createServer(async (socket: Socket) => {
    await new Session(socket, MAILDIR).run();
    socket.destroySoon();
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connect(port, '127.0.0.1').setEncoding('latin1');
  client.write(text, 'latin1');
  let heard = '';
  client.on('data', (data: string) => {
    heard += data;
  });
  client.on('error', () => {});
  await once(client, 'close');
  return heard;
}

test('strings: atoms, quoted with escapes, literals; what is none of them is refused', () => {
  assert.equal(new Parser('INBOX').astring(), 'INBOX');
  assert.equal(new Parser('"a \\"b\\" \\\\"').astring(), 'a "b" \\');
  assert.equal(new Parser('{5}\r\na\r\n"b x').astring(), 'a\r\n"b');
  for (const bad of ['', '"open', '"bad \\escape"', '{9}\r\nshort', '(']) {
    assert.throws(() => new Parser(bad).astring(), SyntaxProblem, bad);
  }
});

test('sequence sets: ranges either way round, "*" is the largest, nonsense is refused', () => {
  const set = (text: string) => {
    const ranges = new Parser(text).sequenceSet();
    return [1, 2, 3, 4, 5].filter((number) => inRanges(ranges, number, 5));
  };
  assert.deepEqual(set('1,3:4'), [1, 3, 4]);
  assert.deepEqual(set('4:2'), [2, 3, 4]);
  assert.deepEqual(set('*'), [5]);
  assert.deepEqual(set('4:*'), [4, 5]);
  assert.deepEqual(set('*:9'), [5]);
  for (const bad of ['0', '1:2:3', '1,,2', ':', '99999999999']) {
    assert.throws(() => set(bad), SyntaxProblem, bad);
  }
});

test('parts of a malformed message are cut where the bytes allow it, and never throw', () => {
  const whole = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\nX: y\r\n\r\ntwo';
  for (let length = 0; length <= whole.length; length += 1) {
    const bytes = Buffer.from(whole.slice(0, length));
    const message = parseMessage(bytes);
    for (const section of ['[]', '[TEXT]', '[1]', '[2]', '[2.MIME]', '[HEADER.FIELDS (X)]']) {
      cut(bytes, message, readSection(new Parser(section)));
    }
  }
  const bytes = Buffer.from(whole);
  const part = (section: string) => String(cut(bytes, parseMessage(bytes), readSection(new Parser(section))));
  assert.deepEqual([part('[1]'), part('[2]'), part('[2.MIME]')], ['one', 'two', 'X: y\r\n\r\n']);
});

test('deeply nested parts end at a limit', () => {
  const nested = 'Content-Type: message/rfc822\r\n\r\n'.repeat(2_000);
  assert.equal(parseMessage(Buffer.from(nested)).type, 'message');
});

test('a line, or a literal, that is too long ends the session before the login', async (t) => {
  assert.match(await converse(t, `a ${'x'.repeat(5_000)}`), /\* BYE Line too long\r\n$/);
  assert.match(await converse(t, 'a LOGIN {2000}\r\n'), /\* BYE Literal too large\r\n$/);
});

test('three wrong passwords, or six bad commands, end the session', async (t) => {
  const failed = await converse(t, 'a LOGIN x y\r\n'.repeat(9));
  assert.equal(failed.match(/a NO \[AUTHENTICATIONFAILED\]/g)?.length, 3);
  assert.match(failed, /\* BYE Too many failed logins\r\n$/);
  assert.match(await converse(t, 'a NONSENSE\r\n'.repeat(9)), /\* BYE Too many bad commands\r\n$/);
});

test('pipelined commands are answered in order; LOGOUT is the last', async (t) => {
  const text =
    'a LOGIN demo {4+}\r\ndemo\r\nb SELECT inbox\r\nc FETCH 1 (UID FLAGS)\r\nd STORE 1 FLAGS ()\r\ne LOGOUT\r\nf NOOP\r\n';
  const heard = await converse(t, text);
  const tagged = heard.split('\r\n').filter((line) => /^[a-f] /.test(line));
  assert.deepEqual(
    tagged.map((line) => line.slice(0, 5).trim()),
    ['a OK', 'b OK', 'c OK', 'd NO', 'e OK'],
  );
  assert.match(heard, /\* 1 FETCH \(UID 1 FLAGS \(\\Seen\)\)\r\n/);
});

test('the verbs that a client library need not use: ID, AUTHENTICATE PLAIN, LSUB, STATUS, SEARCH and their UID forms', async (t) => {
  const plain = Buffer.from('\0demo\0demo').toString('base64');
  const heard = await converse(
    t,
    `a CAPABILITY\r\nb ID NIL\r\nc AUTHENTICATE PLAIN ${plain}\r\nd LSUB "" "*"\r\ne STATUS INBOX (MESSAGES UNSEEN)\r\n` +
      'f EXAMINE INBOX\r\ng SEARCH UNSEEN\r\nh UID SEARCH ALL\r\ni UID FETCH 1:* (FLAGS)\r\nj LOGOUT\r\n',
  );
  for (const tag of 'abcdefghij') assert.match(heard, new RegExp(`^${tag} OK`, 'm'));
  assert.match(heard, /^\* CAPABILITY .*IMAP4rev1.*AUTH=PLAIN/m);
  assert.match(heard, /^\* LSUB \(.*\) "\." INBOX/m);
  const [, messages, unseen] = /^\* STATUS INBOX \(MESSAGES (\d+) UNSEEN (\d+)\)/m.exec(heard) ?? [];
  const searches = [...heard.matchAll(/^\* SEARCH ([\d ]+)/gm)].map(
    ([, found]) => found?.trim().split(' ').length,
  );
  assert.deepEqual(searches, [Number(unseen), Number(messages)]);
  assert.equal([...heard.matchAll(/^\* \d+ FETCH \(.*UID \d+.*\)/gm)].length, Number(messages));
});

test('AUTHENTICATE PLAIN without an initial response: the server asks for it', async (t) => {
  const plain = Buffer.from('\0demo\0demo').toString('base64');
  const heard = await converse(t, `a AUTHENTICATE PLAIN\r\n${plain}\r\nb LOGOUT\r\n`);
  assert.match(heard, /^\+ ?\r$/m);
  assert.match(heard, /^a OK/m);
});

test('a mailbox name is looked up, never made into a path', async (t) => {
  const heard = await converse(t, 'a LOGIN demo demo\r\nb SELECT "../../imap/maildir/.Sent"\r\nc LOGOUT\r\n');
  assert.match(heard, /b NO \[NONEXISTENT\]/);
});

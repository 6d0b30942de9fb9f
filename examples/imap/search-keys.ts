// The keys of SEARCH (RFC 3501, 6.4.4): read from the command, each becomes a test of one message.

import { parseHeader } from './headers.ts';
import { lazyMime } from './lazy.ts';
import type { Mailbox, Message } from './mailbox.ts';
import { inRanges, type Parser } from './parser.ts';

export type Test = (message: Message, mailbox: Mailbox) => boolean | Promise<boolean>;
type Reader = (parser: Parser) => Test;

const DAY_MS = 86_400_000;
const NESTING_MAX = 20;
const DATE = /^"?(\d{1,2})-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-(\d{4})"?$/i;

const has =
  (flag: string): Reader =>
  () =>
  ({ entry }) =>
    entry.flags.includes(flag);
const lacks =
  (flag: string): Reader =>
  () =>
  ({ entry }) =>
    !entry.flags.includes(flag);
const header =
  (name: string): Reader =>
  (parser) =>
    headerTest(name, argument(parser));

const READERS: Readonly<Record<string, Reader>> = {
  ALL: () => () => true,
  ANSWERED: has('\\Answered'),
  DELETED: has('\\Deleted'),
  DRAFT: has('\\Draft'),
  FLAGGED: has('\\Flagged'),
  SEEN: has('\\Seen'),
  UNANSWERED: lacks('\\Answered'),
  UNDELETED: lacks('\\Deleted'),
  UNDRAFT: lacks('\\Draft'),
  UNFLAGGED: lacks('\\Flagged'),
  UNSEEN: lacks('\\Seen'),
  // Nobody may write here, so no message is \Recent and none has a keyword.
  NEW: () => () => false,
  RECENT: () => () => false,
  OLD: () => () => true,
  KEYWORD: (parser) => {
    argument(parser);
    return () => false;
  },
  UNKEYWORD: (parser) => {
    argument(parser);
    return () => true;
  },
  FROM: header('from'),
  TO: header('to'),
  CC: header('cc'),
  BCC: header('bcc'),
  SUBJECT: header('subject'),
  HEADER: (parser) => headerTest(argument(parser).toLowerCase(), argument(parser)),
  TEXT: (parser) => textTest(argument(parser), true),
  BODY: (parser) => textTest(argument(parser), false),
  LARGER: (parser) => sizeTest(number(parser), (size, limit) => size > limit),
  SMALLER: (parser) => sizeTest(number(parser), (size, limit) => size < limit),
  BEFORE: (parser) => arrivalTest(parser, (arrived, day) => arrived < day),
  ON: (parser) => arrivalTest(parser, (arrived, day) => arrived >= day && arrived < day + DAY_MS),
  SINCE: (parser) => arrivalTest(parser, (arrived, day) => arrived >= day),
  SENTBEFORE: (parser) => sentTest(parser, (sent, day) => sent < day),
  SENTON: (parser) => sentTest(parser, (sent, day) => sent >= day && sent < day + DAY_MS),
  SENTSINCE: (parser) => sentTest(parser, (sent, day) => sent >= day),
};

/** One or more keys, of which all must hold. */
export function readKeys(parser: Parser, depth = 0): Test {
  const tests = [readKey(parser, depth)];
  while (parser.accept(' ')) tests.push(readKey(parser, depth));
  return async (message, mailbox) => {
    for (const test of tests) if (!(await test(message, mailbox))) return false;
    return true;
  };
}

function readKey(parser: Parser, depth: number): Test {
  if (depth > NESTING_MAX) parser.fail('keys nested too deeply');
  if (parser.accept('(')) {
    const inner = readKeys(parser, depth + 1);
    parser.expect(')');
    return inner;
  }
  if (parser.seesSequenceSet) {
    const ranges = parser.sequenceSet();
    return ({ number: sequence }, { messages }) => inRanges(ranges, sequence, messages.length);
  }
  const word = parser.keyword();
  if (word === 'NOT' || word === 'OR' || word === 'UID') return readCompound(parser, word, depth);
  const reader = READERS[word] ?? parser.fail(`no such key: ${word}`);
  return reader(parser);
}

function readCompound(parser: Parser, word: 'NOT' | 'OR' | 'UID', depth: number): Test {
  parser.space();
  if (word === 'UID') {
    const ranges = parser.sequenceSet();
    return ({ uid }, { uidNext }) => inRanges(ranges, uid, uidNext - 1);
  }
  const one = readKey(parser, depth + 1);
  if (word === 'NOT') return async (message, mailbox) => !(await one(message, mailbox));
  parser.space();
  const other = readKey(parser, depth + 1);
  return async (message, mailbox) => (await one(message, mailbox)) || (await other(message, mailbox));
}

/** A string after a space, as text in lower case: searching knows no case. */
function argument(parser: Parser): string {
  parser.space();
  return Buffer.from(parser.astring(), 'latin1').toString('utf8').toLowerCase();
}

function number(parser: Parser): number {
  parser.space();
  return parser.number();
}

function day(parser: Parser): number {
  parser.space();
  const [, date = '', month = '', year = ''] = DATE.exec(parser.astring()) ?? parser.fail('a date expected');
  return Date.parse(`${date} ${month} ${year} 00:00:00 GMT`);
}

function headerTest(name: string, wanted: string): Test {
  return (message, mailbox) => {
    const fields = mailbox.load(message)?.part.fields ?? [];
    return fields.some((field) => field.name === name && decoded(field.value).includes(wanted));
  };
}

function decoded(value: string): string {
  return lazyMime().decodeWords(Buffer.from(value, 'latin1').toString('utf8')).toLowerCase();
}

/** In the decoded text and HTML of all parts, and with `headers` in the message's header too. */
function textTest(wanted: string, headers: boolean): Test {
  return async (message, mailbox) => {
    const loaded = mailbox.load(message);
    if (loaded === undefined) return false;
    const { bytes, part } = loaded;
    const head = bytes.toString('latin1', part.start, part.bodyStart);
    if (
      headers &&
      parseHeader(head).some(({ name, value }) => `${name}: ${decoded(value)}`.includes(wanted))
    ) {
      return true;
    }
    const { text = '', html = '' } = await lazyMime().default.parse(bytes);
    return text.toLowerCase().includes(wanted) || html.toLowerCase().includes(wanted);
  };
}

function sizeTest(limit: number, compare: (size: number, limit: number) => boolean): Test {
  return (message, mailbox) => compare(mailbox.load(message)?.bytes.length ?? 0, limit);
}

function arrivalTest(parser: Parser, compare: (ms: number, day: number) => boolean): Test {
  const start = day(parser);
  return ({ entry }) => compare(entry.arrivedMs, start);
}

function sentTest(parser: Parser, compare: (ms: number, day: number) => boolean): Test {
  const start = day(parser);
  return (message, mailbox) => {
    const sent = mailbox.load(message)?.part.fields.find(({ name }) => name === 'date')?.value;
    return compare(Date.parse(sent ?? ''), start);
  };
}

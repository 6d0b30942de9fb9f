// Commands on a mailbox: SELECT, EXAMINE, CLOSE, FETCH, SEARCH and their UID forms. Everything is read-only.

import { type Answer, BAD, type Command, NO, OK, type SessionView } from './answers.ts';
import { flags, type Item, readItems, UID_ITEM } from './fetch-items.ts';
import { mailboxName } from './listing.ts';
import { Mailbox, type Message } from './mailbox.ts';
import { folders } from './maildir.ts';
import { inRanges, type NumberRange, type Parser } from './parser.ts';
import { CRLF } from './quote.ts';
import { readKeys } from './search-keys.ts';

export const select: Command = (session, parser) => {
  parser.space();
  const name = mailboxName(parser);
  parser.end();
  // Before anything else: a SELECT that fails leaves no mailbox selected.
  session.mailbox = undefined;
  const directory = folders(session.root).get(name);
  if (directory === undefined) return NO('[NONEXISTENT] no such mailbox');
  const mailbox = new Mailbox(name, directory);
  const [firstUnseen] = mailbox.unseen;
  session.wire.write(
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n',
    '* OK [PERMANENTFLAGS ()] read-only\r\n',
    `* ${mailbox.messages.length} EXISTS\r\n* 0 RECENT\r\n`,
    firstUnseen ? `* OK [UNSEEN ${firstUnseen.number}] first unseen\r\n` : '',
    `* OK [UIDVALIDITY ${mailbox.uidValidity}] UIDs valid\r\n`,
    `* OK [UIDNEXT ${mailbox.uidNext}] predicted next UID\r\n`,
  );
  session.mailbox = mailbox;
  return OK('[READ-ONLY] selected');
};

export const close: Command = (session, parser) => {
  parser.end();
  session.mailbox = undefined;
  return undefined;
};

export const fetch: Command = (session, parser) => runFetch(session, parser, false);
export const search: Command = (session, parser) => runSearch(session, parser, false);

/** UID FETCH and UID SEARCH; the UID forms of what writes are refused like the plain ones. */
export const uid: Command = (session, parser) => {
  parser.space();
  const word = parser.keyword();
  if (word === 'FETCH') return runFetch(session, parser, true);
  if (word === 'SEARCH') return runSearch(session, parser, true);
  return ['STORE', 'COPY', 'MOVE', 'EXPUNGE'].includes(word)
    ? NO('read-only')
    : BAD(`no such command: UID ${word}`);
};

async function runFetch(session: SessionView, parser: Parser, byUid: boolean): Promise<Answer | undefined> {
  const mailbox = session.selected();
  parser.space();
  const ranges = parser.sequenceSet();
  parser.space();
  const items = readItems(parser);
  parser.end();
  if (byUid && !items.includes(UID_ITEM)) items.unshift(UID_ITEM);
  let missing = 0;
  for (const message of chosen(mailbox, ranges, byUid)) {
    if (!writeItems(session, mailbox, message, items)) missing += 1;
    await session.wire.flushWhenFull();
    if (session.wire.isOver) break;
  }
  return missing > 0 ? NO(`${missing} of the messages no longer exist`) : undefined;
}

function chosen(mailbox: Mailbox, ranges: readonly NumberRange[], byUid: boolean): Message[] {
  const { messages } = mailbox;
  // In an empty mailbox not even "*" stands for a message.
  const largest = messages.length;
  return messages.filter(({ number, uid: own }) => inRanges(ranges, byUid ? own : number, largest));
}

function writeItems(
  session: SessionView,
  mailbox: Mailbox,
  message: Message,
  items: readonly Item[],
): boolean {
  const loaded = items.some(({ needsLoad }) => needsLoad) ? mailbox.load(message) : NOTHING;
  if (loaded === undefined) return false;
  const { wire } = session;
  wire.write(`* ${message.number} FETCH (`);
  items.forEach((item, index) => {
    const value = item.value(message, loaded);
    wire.write(`${index === 0 ? '' : ' '}${item.label} `, ...(typeof value === 'string' ? [value] : value));
  });
  wire.write(`)${CRLF}`);
  return true;
}

/** For items that do not look at the message's bytes. */
const NOTHING = { bytes: Buffer.alloc(0), part: undefined as never };

async function runSearch(session: SessionView, parser: Parser, byUid: boolean): Promise<Answer | undefined> {
  const mailbox = session.selected();
  parser.space();
  if (parser.accept('CHARSET ')) {
    const charset = parser.astring().toUpperCase();
    if (charset !== 'UTF-8' && charset !== 'US-ASCII')
      return NO('[BADCHARSET (UTF-8 US-ASCII)] unknown charset');
    parser.space();
  }
  const test = readKeys(parser);
  parser.end();
  const found: number[] = [];
  for (const message of mailbox.messages) {
    if (await test(message, mailbox)) found.push(byUid ? message.uid : message.number);
  }
  session.wire.write(`* SEARCH${found.map((number) => ` ${number}`).join('')}${CRLF}`);
  return undefined;
}

/** Tells what has changed in the selected mailbox since the client last heard of it. */
export function writeChanges({ mailbox, wire }: SessionView): void {
  if (mailbox === undefined) return;
  const { arrived, flagsOf } = mailbox.refresh();
  for (const message of flagsOf) wire.write(`* ${message.number} FETCH (FLAGS ${flags(message)})${CRLF}`);
  if (arrived > 0) wire.write(`* ${mailbox.messages.length} EXISTS${CRLF}`);
}

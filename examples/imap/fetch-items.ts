// What FETCH may ask for (RFC 3501, 6.4.5): read from the command, computed for a message.

import { bodyStructure } from './bodystructure.ts';
import { envelope } from './envelope.ts';
import type { Loaded, Message } from './mailbox.ts';
import type { Parser } from './parser.ts';
import { CRLF } from './quote.ts';
import { cut, labelOf, readSection } from './sections.ts';

export interface Item {
  /** As the response names it. */
  readonly label: string;
  /** Needs the message's bytes. */
  readonly needsLoad: boolean;
  readonly value: (message: Message, loaded: Loaded) => string | Buffer[];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const light = (label: string, value: (message: Message) => string): Item => ({
  label,
  needsLoad: false,
  value,
});
const heavy = (label: string, value: (loaded: Loaded) => string | Buffer[]): Item => ({
  label,
  needsLoad: true,
  value: (_message, loaded) => value(loaded),
});

const SIMPLE: Readonly<Record<string, Item>> = {
  UID: light('UID', ({ uid }) => String(uid)),
  FLAGS: light('FLAGS', flags),
  INTERNALDATE: light('INTERNALDATE', ({ entry }) => internalDate(entry.arrivedMs)),
  ENVELOPE: heavy('ENVELOPE', ({ part }) => envelope(part.fields)),
  BODYSTRUCTURE: heavy('BODYSTRUCTURE', ({ bytes, part }) => bodyStructure(bytes, part, true)),
  'RFC822.SIZE': heavy('RFC822.SIZE', ({ bytes }) => String(bytes.length)),
  RFC822: heavy('RFC822', ({ bytes }) => literal(bytes)),
  'RFC822.HEADER': heavy('RFC822.HEADER', ({ bytes, part }) => literal(bytes.subarray(0, part.bodyStart))),
  'RFC822.TEXT': heavy('RFC822.TEXT', ({ bytes, part }) => literal(bytes.subarray(part.bodyStart))),
};

const BODY_SHAPE = heavy('BODY', ({ bytes, part }) => bodyStructure(bytes, part, false));
const FAST = ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'];
const MACROS: Readonly<Record<string, readonly string[]>> = {
  FAST,
  ALL: [...FAST, 'ENVELOPE'],
  FULL: [...FAST, 'ENVELOPE', 'BODY'],
};

export const UID_ITEM = SIMPLE.UID as Item;

/** An item, a macro, or a list of items in parentheses. */
export function readItems(parser: Parser): Item[] {
  if (parser.sees('(')) return parser.list(() => readItem(parser, parser.keyword()));
  const word = parser.keyword();
  return MACROS[word]?.map((name) => readItem(parser, name)) ?? [readItem(parser, word)];
}

function readItem(parser: Parser, word: string): Item {
  const simple = SIMPLE[word];
  if (simple !== undefined) return simple;
  // BODY.PEEK would not set \Seen, and here neither does BODY: the mailbox is read-only.
  if ((word === 'BODY' || word === 'BODY.PEEK') && parser.sees('[')) return readBody(parser);
  if (word === 'BODY') return BODY_SHAPE;
  return parser.fail(`no such item: ${word}`);
}

function readBody(parser: Parser): Item {
  const section = readSection(parser);
  const label = `BODY${labelOf(section)}`;
  if (!parser.accept('<')) {
    return heavy(label, ({ bytes, part }) => literal(cut(bytes, part, section)));
  }
  const origin = parser.number();
  parser.expect('.');
  const count = parser.number();
  parser.expect('>');
  if (count === 0) parser.fail('a partial fetch takes at least one byte');
  return heavy(`${label}<${origin}>`, ({ bytes, part }) =>
    literal(cut(bytes, part, section)?.subarray(origin, origin + count)),
  );
}

export function flags({ entry }: Message): string {
  return `(${entry.flags.join(' ')})`;
}

function literal(bytes: Buffer | undefined): string | Buffer[] {
  if (bytes === undefined) return 'NIL';
  return [Buffer.from(`{${bytes.length}}${CRLF}`), bytes];
}

/** " 5-Nov-2026 08:15:00 +0000" */
function internalDate(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const time = date.toISOString().slice(11, 19);
  return `"${day}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()} ${time} +0000"`;
}

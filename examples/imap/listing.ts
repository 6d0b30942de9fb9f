// LIST, LSUB, STATUS and NAMESPACE: what mailboxes there are.

import { type Command, NO } from './answers.ts';
import { Mailbox } from './mailbox.ts';
import { DELIMITER, folders } from './maildir.ts';
import type { Parser } from './parser.ts';
import { CRLF, quoteMailbox } from './quote.ts';

const STATUS_ITEMS: Readonly<Record<string, (mailbox: Mailbox) => number>> = {
  MESSAGES: ({ messages }) => messages.length,
  RECENT: () => 0,
  UIDNEXT: ({ uidNext }) => uidNext,
  UIDVALIDITY: ({ uidValidity }) => uidValidity,
  UNSEEN: ({ unseen }) => unseen.length,
};

export const list: Command = (session, parser) => answerList(session, parser, 'LIST');
/** Every mailbox counts as subscribed: nobody can write down which are not. */
export const lsub: Command = (session, parser) => answerList(session, parser, 'LSUB');

function answerList({ root, wire }: Parameters<Command>[0], parser: Parser, word: string): undefined {
  parser.space();
  const reference = parser.astring();
  parser.space();
  const pattern = parser.listPattern();
  parser.end();
  if (pattern === '') {
    wire.write(`* ${word} (\\Noselect) "${DELIMITER}" ""${CRLF}`);
    return undefined;
  }
  const matches = matcher(reference + pattern);
  const names = [...folders(root).keys()];
  for (const name of names) {
    if (!matches(name)) continue;
    const parent = names.some((other) => other.startsWith(`${name}${DELIMITER}`));
    wire.write(`* ${word} (\\Has${parent ? '' : 'No'}Children) "${DELIMITER}" ${quoteMailbox(name)}${CRLF}`);
  }
  return undefined;
}

/**
 * "*" stands for anything, "%" for anything within a level. INBOX is the same in any case. Not a regular expression:
 * a client could write a pattern that takes one for ever.
 */
function matcher(pattern: string): (name: string) => boolean {
  return (name) => matches(name === 'INBOX' ? pattern.toUpperCase() : pattern, name);
}

/** After each character of the pattern, `reached[n]` says whether it can stand for the first n characters. */
function matches(pattern: string, name: string): boolean {
  let reached = [true, ...Array.from(name, () => false)];
  for (const wanted of pattern) {
    const next = reached.map(() => false);
    let open = false;
    for (let length = 0; length <= name.length; length += 1) {
      if (wanted === '*' || wanted === '%') {
        open = (open && !(wanted === '%' && name[length - 1] === DELIMITER)) || reached[length] === true;
        next[length] = open;
      } else if (reached[length] && name[length] === wanted) next[length + 1] = true;
    }
    reached = next;
  }
  return reached[name.length] === true;
}

export const status: Command = ({ root, wire }, parser) => {
  parser.space();
  const name = mailboxName(parser);
  parser.space();
  const items = parser.list(() => {
    const word = parser.keyword();
    return [word, STATUS_ITEMS[word] ?? parser.fail(`no such item: ${word}`)] as const;
  });
  parser.end();
  const directory = folders(root).get(name);
  if (directory === undefined) return NO('[NONEXISTENT] no such mailbox');
  const mailbox = new Mailbox(name, directory);
  const values = items.map(([word, value]) => `${word} ${value(mailbox)}`);
  wire.write(`* STATUS ${quoteMailbox(name)} (${values.join(' ')})${CRLF}`);
  return undefined;
};

export const namespace: Command = ({ wire }, parser) => {
  parser.end();
  wire.write(`* NAMESPACE (("" "${DELIMITER}")) NIL NIL${CRLF}`);
  return undefined;
};

export function mailboxName(parser: Parser): string {
  const name = parser.astring();
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
}

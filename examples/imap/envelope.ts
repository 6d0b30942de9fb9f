// ENVELOPE (RFC 3501, 7.4.2): ten fields of a message's header. Address lists are read by postal-mime, which decodes
// names; ENVELOPE wants them encoded, so names that are not ASCII are encoded again.

import type { HeaderField } from './headers.ts';
import { fieldValue } from './headers.ts';
import { lazyMime } from './lazy.ts';
import { quote } from './quote.ts';

/** Bytes of UTF-8 in an encoded word of at most 75 characters. */
const WORD_BYTES_MAX = 45;

export function envelope(fields: readonly HeaderField[]): string {
  const text = (name: string) => quote(fieldValue(fields, name));
  const from = addresses(fieldValue(fields, 'from'));
  // "If the sender or reply-to lines are absent, the server sets them to the value of the from line."
  const orFrom = (name: string) => {
    const list = addresses(fieldValue(fields, name));
    return list === 'NIL' ? from : list;
  };
  const lists = ['to', 'cc', 'bcc'].map((name) => addresses(fieldValue(fields, name)));
  const senders = [from, orFrom('sender'), orFrom('reply-to')];
  return `(${[text('date'), text('subject'), ...senders, ...lists, text('in-reply-to'), text('message-id')].join(' ')})`;
}

function addresses(value: string | undefined): string {
  if (value === undefined) return 'NIL';
  const list = lazyMime()
    .addressParser(Buffer.from(value, 'latin1').toString('utf8'))
    .flatMap((one) => {
      if (one.group === undefined) return [address(one.name, one.address)];
      // A group is a mailbox without host before, and an empty one after its members.
      const members = one.group.map((member) => address(member.name, member.address));
      return [`(NIL NIL ${quote(encodeWords(one.name))} NIL)`, ...members, '(NIL NIL NIL NIL)'];
    });
  return list.length === 0 ? 'NIL' : `(${list.join('')})`;
}

function address(name: string, mailbox: string): string {
  const at = mailbox.lastIndexOf('@');
  const [local, host] = at < 0 ? [mailbox, ''] : [mailbox.slice(0, at), mailbox.slice(at + 1)];
  const shown = name === '' ? undefined : encodeWords(name);
  return `(${quote(shown)} NIL ${quote(toLatin1(local))} ${quote(toLatin1(host))})`;
}

function toLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** RFC 2047 encoded words, split between characters. */
function encodeWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [''];
  for (const character of text) {
    const last = words.length - 1;
    const grown = `${words[last]}${character}`;
    if (Buffer.byteLength(grown) > WORD_BYTES_MAX) words.push(character);
    else words[last] = grown;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

// BODY[...]: reads a section (RFC 3501, 6.4.5) and cuts it out of a message.

import type { HeaderField } from './headers.ts';
import type { Part } from './mime.ts';
import type { Parser } from './parser.ts';

const KINDS = ['ALL', 'HEADER', 'TEXT', 'MIME', 'HEADER.FIELDS', 'HEADER.FIELDS.NOT'] as const;
type Kind = (typeof KINDS)[number];

export interface Section {
  /** Part numbers, from 1; empty: the message itself. */
  readonly path: readonly number[];
  readonly kind: Kind;
  /** Of HEADER.FIELDS, as written. */
  readonly names: readonly string[];
}

/** Reads from "[" to "]". */
export function readSection(parser: Parser): Section {
  parser.expect('[');
  if (parser.accept(']')) return { path: [], kind: 'ALL', names: [] };
  const words = parser.keyword().split('.');
  const path: number[] = [];
  for (let word = words[0]; word !== undefined && /^[1-9]\d{0,3}$/.test(word); word = words[0]) {
    path.push(Number(words.shift()));
  }
  const kind = KINDS.find((one) => one === (words.join('.') || 'ALL'));
  if (kind === undefined || (kind === 'MIME' && path.length === 0)) parser.fail('no such section');
  const names = kind.startsWith('HEADER.FIELDS') ? readNames(parser) : [];
  parser.expect(']');
  return { path, kind, names };
}

function readNames(parser: Parser): string[] {
  parser.space();
  return parser.list(() => parser.astring());
}

/** The section as a response repeats it. */
export function labelOf({ path, kind, names }: Section): string {
  const words = kind === 'ALL' ? path : [...path, kind];
  const list = names.map((name) =>
    /^[!-'+-[\]-z|}~]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`,
  );
  return `[${words.join('.')}${names.length > 0 ? ` (${list.join(' ')})` : ''}]`;
}

/** The bytes of a section; undefined when the message has no such part (the response is NIL). */
export function cut(bytes: Buffer, message: Part, { path, kind, names }: Section): Buffer | undefined {
  const part = path.length === 0 ? message : find(message, path);
  if (part === undefined) return undefined;
  if (kind === 'MIME') return bytes.subarray(part.start, part.bodyStart);
  if (kind === 'ALL') return bytes.subarray(path.length === 0 ? part.start : part.bodyStart, part.end);
  // HEADER and TEXT are those of a message: this one, or one inside a message/rfc822.
  const whole = path.length === 0 ? message : part.message;
  if (whole === undefined) return undefined;
  if (kind === 'HEADER') return bytes.subarray(whole.start, whole.bodyStart);
  if (kind === 'TEXT') return bytes.subarray(whole.bodyStart, whole.end);
  return Buffer.from(`${chosen(whole.fields, kind, names)}\r\n`, 'latin1');
}

function chosen(fields: readonly HeaderField[], kind: Kind, names: readonly string[]): string {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return fields
    .filter(({ name }) => wanted.has(name) === (kind === 'HEADER.FIELDS'))
    .map(({ raw }) => raw)
    .join('');
}

function find(message: Part, path: readonly number[]): Part | undefined {
  let part: Part | undefined = message;
  path.forEach((number, index) => {
    // Numbers below a message/rfc822 count the parts of the message inside.
    const parent: Part | undefined = index === 0 ? part : (part?.message ?? part);
    const isMultipart = parent !== undefined && parent.children.length > 0;
    // A message that is no multipart has one part, its body.
    const only = number === 1 && (index === 0 || part?.message !== undefined) ? parent : undefined;
    part = isMultipart ? parent.children[number - 1] : only;
  });
  return part;
}

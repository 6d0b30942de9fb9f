// Strings of responses: NIL, quoted, or a literal where quoting cannot carry them. Text is latin1, byte by byte.

export const CRLF = '\r\n';

/** As an nstring. */
export function quote(text: string | undefined): string {
  if (text === undefined) return 'NIL';
  // A quoted string holds ASCII without line ends; everything else travels as a literal of the bytes.
  if (/[^\x20-\x7e]/.test(text)) return `{${Buffer.byteLength(text, 'latin1')}}${CRLF}${text}`;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Parameters as ("NAME" "value" ...), or NIL. */
export function quoteParameters(parameters: ReadonlyMap<string, string>): string {
  if (parameters.size === 0) return 'NIL';
  return `(${[...parameters].map(([name, value]) => `${quote(name.toUpperCase())} ${quote(value)}`).join(' ')})`;
}

/** A mailbox name: an atom where it can be, for people who watch the wire. */
export function quoteMailbox(name: string): string {
  return /^[A-Za-z0-9._-]+$/.test(name) ? name : quote(name);
}

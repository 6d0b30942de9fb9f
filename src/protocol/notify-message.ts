// The datagrams of sd_notify(3): lines of NAME=value. Only what preforkd acts on is decoded; everything else is
// ignored as systemd does, and so is a datagram with a NUL inside. Takes any bytes, never throws; a datagram longer
// than the limit is cut by the reader.

/** Longest datagram that is read, in bytes; systemd reads up to PIPE_BUF. */
export const NOTIFY_DATAGRAM_BYTES_MAX = 4096;
const STATUS_TEXT_CHARACTERS_MAX = 256;

export interface NotifyMessage {
  readonly ready: boolean;
  readonly stopping: boolean;
  readonly watchdog: boolean;
  /** STATUS=, one line for a person, cut to 256 characters, control characters replaced. */
  readonly status?: string;
}

export function decodeNotify(datagram: Uint8Array): NotifyMessage {
  const lines = linesOf(datagram);
  // The last line of a datagram that fills the limit may be cut: what is left could be another word.
  const words = datagram.length < NOTIFY_DATAGRAM_BYTES_MAX ? lines : lines.slice(0, -1);
  const statusLine = lines.findLast((line) => line.startsWith('STATUS='));
  return {
    ready: words.includes('READY=1'),
    stopping: words.includes('STOPPING=1'),
    watchdog: words.includes('WATCHDOG=1'),
    ...(statusLine === undefined ? {} : { status: printable(statusLine.slice('STATUS='.length)) }),
  };
}

function linesOf(datagram: Uint8Array): string[] {
  // A C program may send the NUL that ends its string.
  const text = datagram.at(-1) === 0 ? datagram.subarray(0, -1) : datagram;
  // A byte order mark is no part of a name.
  return text.includes(0) ? [] : new TextDecoder('utf-8', { ignoreBOM: true }).decode(text).split('\n');
}

function printable(text: string): string {
  const cut = text.slice(0, STATUS_TEXT_CHARACTERS_MAX);
  // Half of a character beyond the basic plane is none.
  return cut.replace(/[\ud800-\udbff]$/, '').replace(/\p{Cc}/gu, '?');
}

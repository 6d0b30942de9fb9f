// The datagrams of sd_notify(3): lines of NAME=value. Only what preforkd acts on is decoded; everything else is
// ignored as systemd does. Takes any bytes, never throws; a datagram longer than the limit is cut by the reader.

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
  const lines = new TextDecoder('utf-8').decode(datagram).split('\n');
  const statusLine = lines.findLast((line) => line.startsWith('STATUS='));
  return {
    ready: lines.includes('READY=1'),
    stopping: lines.includes('STOPPING=1'),
    watchdog: lines.includes('WATCHDOG=1'),
    ...(statusLine === undefined ? {} : { status: printable(statusLine.slice('STATUS='.length)) }),
  };
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.slice(0, STATUS_TEXT_CHARACTERS_MAX).replace(/[\u0000-\u001f\u007f]/g, '?');
}

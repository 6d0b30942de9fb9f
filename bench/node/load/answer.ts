// Has the whole answer come? Answers of the application alone: HTTP with a Content-Length, or the line that was sent.
// Pure; called by client.ts for all that has come since the request.

export interface Answer {
  /** The worker that answered, when it says so. */
  readonly worker: string | undefined;
  /** The server ends the connection after this answer. */
  readonly last: boolean;
}

export type Judgement = Answer | 'more' | 'wrong';

const HEADER_END = '\r\n\r\n';
const OK = 'HTTP/1.1 200 ';
const LENGTH = 'Content-Length: ';
const PID = '{"pid":';

export function judgeHttp(received: string): Judgement {
  const headerEnd = received.indexOf(HEADER_END);
  if (headerEnd < 0) return 'more';
  const at = received.indexOf(LENGTH);
  if (!received.startsWith(OK) || at < 0 || at > headerEnd) return 'wrong';
  const body = headerEnd + HEADER_END.length;
  const length = Number.parseInt(received.slice(at + LENGTH.length, headerEnd), 10);
  if (received.length < body + length) return 'more';
  if (received.length > body + length) return 'wrong';
  const pid = received.startsWith(PID, body) ? Number.parseInt(received.slice(body + PID.length), 10) : 0;
  const close = received.indexOf('Connection: close');
  return { worker: pid ? String(pid) : undefined, last: close >= 0 && close < headerEnd };
}

export function judgeEcho(received: string, sent: string): Judgement {
  if (received === sent) return { worker: undefined, last: false };
  return sent.startsWith(received) ? 'more' : 'wrong';
}

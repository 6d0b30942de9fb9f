// HTTP/1.1: one GET, and its whole answer: by Content-Length, in chunks, or until the server closes. The status must be
// the wanted one. See script.ts.

import { CRLF, type Judgement, right, type Script, wrong } from './script.ts';

export interface HttpWishes {
  readonly path: string;
  readonly host: string;
  readonly status: number;
}

export const STATUS_WANTED = 200;

/** No Content, Not Modified: the answer ends with its header. */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);
const HEADER_END = `${CRLF}${CRLF}`;

export function httpScript({ path, host, status }: HttpWishes): Script {
  const send = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'User-Agent: preforkd-storm', 'Accept: */*', '', ''];
  return {
    steps: [
      {
        name: 'GET',
        send: send.join(CRLF),
        judge: (received, ended) => {
          const headerEnd = received.indexOf(HEADER_END);
          if (headerEnd < 0) return received === '' || isBegin(received) ? undefined : wrong('GET', received);
          const header = received.slice(0, headerEnd);
          const said = /^HTTP\/1\.[01] (\d{3})\b/.exec(header)?.[1];
          if (said !== `${status}`) return wrong('GET', header);
          if (BODILESS.has(status)) return right(headerEnd + HEADER_END.length);
          return wholeBody(header, received, headerEnd + HEADER_END.length, ended);
        },
      },
    ],
  };
}

/** As far as it has come, it may become the answer of an HTTP server. */
function isBegin(received: string): boolean {
  const begin = 'HTTP/1.';
  return received.startsWith(begin.slice(0, received.length));
}

function wholeBody(header: string, received: string, at: number, ended: boolean): Judgement | undefined {
  if (/^transfer-encoding:.*\bchunked\s*$/im.test(header)) return chunked(received, at);
  const length = /^content-length:\s*(\d+)\s*$/im.exec(header)?.[1];
  if (length === undefined) return ended ? right(received.length) : undefined;
  const end = at + Number(length);
  return received.length >= end ? right(end) : undefined;
}

function chunked(received: string, begin: number): Judgement | undefined {
  for (let at = begin; ; ) {
    const sizeEnd = received.indexOf(CRLF, at);
    if (sizeEnd < 0) return undefined;
    const size = Number.parseInt(received.slice(at, sizeEnd), 16);
    if (Number.isNaN(size)) return wrong('GET', `a chunk of size ${received.slice(at, sizeEnd)}`);
    const next = sizeEnd + CRLF.length + size + CRLF.length;
    if (received.length < next) return undefined;
    if (size === 0) return right(next);
    at = next;
  }
}

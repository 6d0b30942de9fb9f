// HTTP requests that nobody sent, for fast-check: well-formed ones, with what they must be answered; and bytes that are
// nearly a request, or none. And a reader of what the server says.

import assert from 'node:assert/strict';
import fc from 'fast-check';

const PAGES = ['/', '/metrics', '/healthz', '/readyz', '/api/status'];
const OTHERS = [
  ...[
    '/metrics/',
    '//metrics',
    '/metrics%00',
    '/%6detrics',
    '/../../etc/passwd',
    '/%2e%2e/metrics',
    '/METRICS',
  ],
  ...['/__proto__', '/constructor', '/toString', '*', '/api', '/%', '/\\..\\x'],
];
const queries = fc.oneof(
  fc.constantFrom('', '', '?', '?x=1', '#x', '?/metrics', '?a[]=%zz'),
  fc.webQueryParameters().map((text) => `?${text}`),
);
const known = fc
  .tuple(fc.constantFrom('', '', 'http://x', 'https://[::1]:9'), fc.constantFrom(...PAGES))
  .map((parts) => parts.join(''));
const unknown = fc.oneof(
  fc.constantFrom(...OTHERS),
  fc.webPath().map((path) => `/x${path}`),
  fc.integer({ min: 1, max: 3_000 }).map((length) => `/${'y'.repeat(length)}`),
);
const methods = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('GET', 'HEAD') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('POST', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'PROPFIND', 'M-SEARCH'),
  },
);
const BODIES = [
  'Content-Length: 5\r\n\r\nhello',
  'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'Content-Length: 0\r\n\r\n',
];
const bodies = fc.oneof(
  { weight: 8, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom(...BODIES) },
);
const headers = fc.array(
  fc.constantFrom(
    'Accept: */*',
    'X:',
    'Connection: keep-alive',
    'Upgrade: websocket',
    'Cookie: a=b; __proto__=1',
    '__proto__: 1',
    'Content-Type: text/plain',
    `X-Long: ${'z'.repeat(1_000)}`,
    'Range: bytes=0-1',
    'If-None-Match: *',
  ),
  { maxLength: 4 },
);

export interface MadeUpRequest {
  readonly text: string;
  readonly method: string;
  readonly status: number;
  /** The connection ends after the answer: what comes behind a body is not trusted. */
  readonly ends: boolean;
}

export const wellFormed: fc.Arbitrary<MadeUpRequest> = fc
  .tuple(
    methods,
    fc.boolean().chain((right) => fc.tuple(fc.constant(right), right ? known : unknown)),
    queries,
    headers,
    bodies,
  )
  .map(([method, [right, path], query, lines, body]) => {
    const target = path === '*' ? path : path + query;
    const text = [`${method} ${target} HTTP/1.1`, 'Host: localhost', ...lines, body].join('\r\n');
    const reading = method === 'GET' || method === 'HEAD';
    const hasBody = /5\r|chunked/.test(body);
    const status = right ? (reading ? (hasBody ? 413 : 200) : 405) : 404;
    return { text, method, status, ends: hasBody || status === 405 };
  });

const PIECES = [
  'GET',
  ' ',
  '/metrics',
  ' HTTP/1.1',
  '\r\n',
  '\n',
  '\r',
  '\0',
  ':',
  'Host: localhost',
  'Host: y',
  'Content-Length: 3',
  'Content-Length: -1',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'Expect: 100-continue',
  'Expect: x',
  '/\u00ff',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'ffffffffffffffff\r\n',
  'CONNECT x:1',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01',
  'HTTP/1.1 200 OK',
  'X: '.padEnd(9_000, 'y'),
];
const slips = fc.array(
  fc.record({
    at: fc.nat(),
    removed: fc.nat({ max: 6 }),
    piece: fc.oneof(fc.constantFrom('', ...PIECES), fc.string({ unit: 'binary', maxLength: 3 })),
  }),
  { minLength: 1, maxLength: 4 },
);

function withSlips(text: string, list: readonly { at: number; removed: number; piece: string }[]): string {
  return list.reduce((before, { at, removed, piece }) => {
    const place = at % (before.length + 1);
    return before.slice(0, place) + piece + before.slice(place + removed);
  }, text);
}

/** Bytes as text, one character each. */
export const malformed: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.array(wellFormed, { minLength: 1, maxLength: 3 }), slips)
      .map(([requests, list]) => withSlips(requests.map(({ text }) => text).join(''), list)),
  },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 15 }).map((pieces) => pieces.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  },
);

export interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** Every answer in `received`, to the last byte. Answers to HEAD tell a length and have no body. */
export function answersIn(received: string): Answer[] {
  const answers: Answer[] = [];
  for (let rest = received; rest !== ''; ) {
    const [head, status = '', headers = ''] =
      /^HTTP\/1\.1 (\d{3}) [ -~]*\r\n((?:[\w-]+: [ -~]*\r\n)*)\r\n/.exec(rest) ?? [];
    assert.ok(head !== undefined, `no answer: ${JSON.stringify(rest.slice(0, 200))}`);
    rest = rest.slice(head.length);
    const body = bodyOf(Number(status), headers, rest);
    rest = rest.slice(body.length);
    answers.push({ status: Number(status), headers, body });
  }
  return answers;
}

function bodyOf(status: number, headers: string, rest: string): string {
  if (status === 100 || rest === '' || rest.startsWith('HTTP/1.1 ')) return '';
  if (/^transfer-encoding: chunked/im.test(headers)) {
    assert.ok(rest.startsWith('0\r\n\r\n'), 'an empty body in chunks');
    return rest.slice(0, 5);
  }
  const length = Number(/^content-length: (\d+)\r$/im.exec(headers)?.[1]);
  assert.ok(rest.length >= length, 'the whole body');
  return rest.slice(0, length);
}

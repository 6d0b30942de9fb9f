// Requests of the control socket that nobody asked, for fast-check: right ones, ones in which something is wrong, and
// JSON that means to harm.

import fc from 'fast-check';
import type { Request } from '../../../../src/plane/control/wire.ts';

/** As JSON.parse makes them. */
const PLAIN = { noNullPrototype: true };
const HOSTILE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
const texts = fc.oneof(
  fc.constantFrom('imap', 'imsp', '', 'x'.repeat(65), 'x'.repeat(257), ...HOSTILE_NAMES),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const numbers = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 1_000_000, 1_000_001));
/** Any JSON, with `__proto__` for a key. */
export const hostileJson = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify({ value }).replaceAll('"value"', '"__proto__"')) as unknown);

const service = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .filter((text) => text.length <= 256);
const id = fc.oneof(fc.constantFrom(' ', '1'), fc.string({ minLength: 1, maxLength: 64 }));
const limits = fc
  .record({ prefork: fc.nat({ max: 1_000_000 }), maxchild: fc.nat({ max: 1_000_000 }) }, { requiredKeys: [] })
  .filter((chosen) => Object.keys(chosen).length > 0);
export const requests: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ id, verb: fc.constant('status' as const) }, PLAIN),
  fc.record({ id, verb: fc.constantFrom('why' as const), args: fc.record({ service }, PLAIN) }, PLAIN),
  fc.record(
    {
      id,
      verb: fc.constantFrom('pause' as const, 'resume' as const),
      args: fc.record({ service: fc.oneof(service, fc.constantFrom('imap', ...HOSTILE_NAMES)) }, PLAIN),
    },
    PLAIN,
  ),
  fc.record(
    {
      id,
      verb: fc.constantFrom('reload' as const, 'stop' as const),
      args: fc.record({ wait: fc.boolean() }, PLAIN),
    },
    PLAIN,
  ),
  fc.record(
    {
      id,
      verb: fc.constant('events' as const),
      args: fc.record(
        {
          service,
          level: fc.constantFrom('debug' as const, 'info' as const, 'warn' as const, 'error' as const),
          count: fc.nat({ max: 10_000 }),
          follow: fc.boolean(),
        },
        { ...PLAIN, requiredKeys: ['level', 'count', 'follow'] },
      ),
    },
    PLAIN,
  ),
  fc
    .tuple(id, service, limits)
    .map(
      ([asker, name, chosen]): Request => ({ id: asker, verb: 'scale', args: { service: name, ...chosen } }),
    ),
);

/** A request in which one thing is wrong, or nothing. */
export const slippedRequest = fc
  .tuple(
    requests,
    fc.constantFrom('id', 'verb', 'args', 'more', 'service', 'wait', 'prefork', 'maxchild', ...HOSTILE_NAMES),
    fc.boolean(),
    fc.oneof(texts, numbers, fc.jsonValue({ maxDepth: 2 })),
  )
  .map(([request, key, deep, value]): unknown => {
    const changed = structuredClone(request) as unknown as Record<string, unknown>;
    const target =
      deep && typeof changed.args === 'object' ? (changed.args as Record<string, unknown>) : changed;
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true });
    return changed;
  });

export interface Frame {
  readonly bytes: Uint8Array;
  /** What the master makes of it. */
  readonly is: 'request' | 'nothing' | 'the end';
}

const whole =
  (is: Frame['is']) =>
  (text: string): Frame => ({ is, bytes: Buffer.from(`${text}\f`) });
const request = (data: unknown) => whole('request')(JSON.stringify({ type: 'request', data }));

/** How the ids of requests begin that are to be answered at length. Each is there once: its pieces are told by it. */
export const LONG = 'long ';

const LARGE = [
  '{"type":"request"}',
  `{"type":"request","data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  `{"type":"request","data":{${Array.from({ length: 5_000 }, (_, at) => `"key${at}":1`).join()}}}`,
  '{"type":"request","data":1,"__proto__":{"x":1}}',
];
const UNKNOWN = ['{"type":"dance"}', '{"type":"reply","data":{}}', '{"type":"*","data":1}'];
const NONSENSE = [
  ...['', '[]', 'null', '{}', '"x"', '{"type":1}', '{"type":""}', 'GET / HTTP/1.1'],
  ...['{"type":"error"}', '{"type":"connect"}', '{"type":"__proto__"}', `"${'x'.repeat(300_000)}"`],
];

const frames = fc.oneof(
  { weight: 6, arbitrary: requests.map(request) },
  { weight: 6, arbitrary: fc.oneof(slippedRequest, hostileJson, fc.jsonValue()).map(request) },
  { weight: 2, arbitrary: fc.uuid().map((unique) => request({ id: LONG + unique, verb: 'status' })) },
  { weight: 1, arbitrary: fc.constantFrom(...LARGE).map(whole('request')) },
  { weight: 2, arbitrary: fc.constantFrom(...UNKNOWN).map(whole('nothing')) },
  { weight: 1, arbitrary: fc.constantFrom(...NONSENSE).map(whole('the end')) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes): Frame => {
      return { is: 'the end', bytes: Buffer.concat([Buffer.from('\0'), bytes, Buffer.from('\f')]) };
    }),
  },
);
const half = fc
  .constantFrom('{"type":"request","da', '\uFEFF', ' ')
  .map((text): Frame => ({ is: 'the end', bytes: Buffer.from(text) }));

/** Frames, and now and then half a one after them. */
export const conversations: fc.Arbitrary<readonly Frame[]> = fc
  .tuple(fc.array(frames, { maxLength: 10 }), fc.array(half, { maxLength: 1 }))
  .map((parts) => parts.flat());

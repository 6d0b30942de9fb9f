// Properties of the two codecs, over bytes that nobody meant: the 8-byte status messages however they are cut, and the
// datagrams of sd_notify(3) in any order and with anything between.

import { strict as assert } from 'node:assert';
import { describe } from 'node:test';
import fc from 'fast-check';
import {
  decodeNotify,
  NOTIFY_DATAGRAM_BYTES_MAX,
  type NotifyMessage,
} from '../../../src/protocol/notify-message.ts';
import {
  beginsMessage,
  type Decoded,
  decodeStatus,
  encodeQueueWait,
  encodeStatus,
  QUEUE_WAIT_MS_MAX,
  queueWaitMs,
  STATUS_MESSAGE_BYTES,
  STATUS_NUMBERS,
  type StatusMessage,
  type StatusWord,
} from '../../../src/protocol/status-message.ts';
import { holds } from '../support/fuzz.ts';

const NOTHING = new Uint8Array(0);

describe('status messages', () => {
  const words = fc.constantFrom(...(Object.keys(STATUS_NUMBERS) as StatusWord[]));
  /** Linux gives no higher ones, and no worker has one of the lowest. */
  const pids = fc.oneof(fc.integer({ min: 5, max: 4_194_304 }), fc.constantFrom(256, 257, 65_536, 262_144));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc
      .array(fc.tuple(words, pids), { maxLength: 6 })
      .map((all) => joined(all.map((each) => encodeStatus(...each)))),
    fc
      .array(fc.tuple(fc.nat(), pids), { maxLength: 6 })
      .map((all) => joined(all.map((each) => encodeQueueWait(...each)))),
  );

  function joined(chunks: readonly Uint8Array[]): Uint8Array {
    return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
  }

  /** Decoded chunk by chunk, each at an odd place of a larger buffer that is used again. */
  function decodedInPieces(text: Uint8Array, cuts: readonly number[]): Decoded {
    const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
    const buffer = new Uint8Array(text.length + 3);
    const messages: StatusMessage[] = [];
    let rest: Uint8Array = NOTHING;
    for (const [index, from] of places.slice(0, -1).entries()) {
      const chunk = text.subarray(from, places[index + 1]);
      buffer.fill(0xff);
      buffer.set(chunk, 3);
      const decoded = decodeStatus(rest, buffer.subarray(3, 3 + chunk.length));
      assert.ok(decoded.rest.length < STATUS_MESSAGE_BYTES);
      messages.push(...decoded.messages);
      rest = decoded.rest;
    }
    return { messages, rest };
  }

  holds(
    'any bytes, cut anywhere, are the same messages as in one piece',
    1_000,
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 12 }), (text, cuts) => {
      const whole = decodeStatus(NOTHING, text);
      assert.deepEqual(decodedInPieces(text, cuts), whole);
      assert.equal(whole.messages.length, Math.floor(text.length / STATUS_MESSAGE_BYTES));
      assert.deepEqual(whole.rest, text.slice(whole.messages.length * STATUS_MESSAGE_BYTES));
    }),
  );

  holds(
    'what is encoded is decoded',
    1_000,
    fc.property(words, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (word, pid) => {
      const { messages, rest } = decodeStatus(NOTHING, encodeStatus(word, pid));
      assert.deepEqual(messages, [{ word, number: STATUS_NUMBERS[word], pid }]);
      assert.equal(rest.length, 0);
    }),
  );

  holds(
    'a message has a known word exactly when its number is one of the four, or a queue wait',
    1_000,
    fc.property(bytes, (text) => {
      for (const { word, number } of decodeStatus(NOTHING, text).messages) {
        const isWait = number >= 0x1000_0000 && number <= 0x1fff_ffff;
        assert.equal(word === 'queueWait', isWait);
        if (isWait) continue;
        assert.equal(
          word === 'unknown' || word === 'queueWait' ? undefined : STATUS_NUMBERS[word],
          number >= 1 && number <= 4 ? number : undefined,
        );
      }
    }),
  );

  holds(
    'a queue wait is decoded to the whole millisecond, and never to more than a message can say or less than nothing',
    1_000,
    fc.property(fc.double({ noNaN: true }), pids, (waitMs, pid) => {
      const [message] = decodeStatus(NOTHING, encodeQueueWait(waitMs, pid)).messages;
      assert.deepEqual([message?.word, message?.pid], ['queueWait', pid]);
      const heard = queueWaitMs(message?.number ?? 0);
      // Adding 0 makes no difference between 0 and -0.
      assert.equal(heard, Math.min(QUEUE_WAIT_MS_MAX, Math.max(0, Math.trunc(waitMs))) + 0);
    }),
  );

  holds(
    'a chunk begins with a message of a pid exactly when the first message decoded is one',
    1_000,
    fc.property(words, pids, pids, bytes, (word, pid, other, tail) => {
      const whole = joined([encodeStatus(word, pid), tail]);
      assert.ok(beginsMessage(whole, pid));
      assert.equal(beginsMessage(whole, other), pid === other);
      const [first] = decodeStatus(NOTHING, tail).messages;
      assert.equal(
        beginsMessage(tail, pid),
        first !== undefined && first.word !== 'unknown' && first.pid === pid,
      );
    }),
  );

  holds(
    'the second half of a message is never taken for a whole one',
    1_000,
    fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), pids, fc.nat(), (said, pid, cut) => {
      const text = joined(said.map((word) => encodeStatus(word, pid)));
      const at = cut % text.length;
      assert.equal(beginsMessage(text.subarray(at), pid), at % STATUS_MESSAGE_BYTES === 0);
    }),
  );
});

describe('notifications', () => {
  const NAMES = [
    'READY',
    'STOPPING',
    'WATCHDOG',
    'STATUS',
    'MAINPID',
    'RELOADING',
    'ready',
    ' READY',
    'XREADY',
    '\uFEFFREADY',
    '',
  ];
  const texts = fc.oneof(
    fc.constantFrom('1', '0', '11', '1 ', '', '1\r'),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.integer({ min: 250, max: 260 }).map((length) => 'x'.repeat(length) + '\u{1F600}'.repeat(3)),
  );
  const line = fc
    .oneof(
      { weight: 3, arbitrary: fc.constantFrom('READY=1', 'STOPPING=1', 'WATCHDOG=1', 'STATUS=3 clients') },
      {
        weight: 2,
        arbitrary: fc.tuple(fc.constantFrom(...NAMES), texts).map(([name, text]) => `${name}=${text}`),
      },
      { weight: 1, arbitrary: texts },
    )
    .map((text) => text.replaceAll(/[\n\0]/g, ''));
  const encode = (text: string) => new TextEncoder().encode(text);

  function assertHarmless({ status = '' }: NotifyMessage): void {
    assert.ok(status.length <= 256);
    assert.doesNotMatch(status, /\p{Cc}/u);
    assert.equal(status, Buffer.from(status).toString(), 'no half of a character');
  }

  holds(
    'any bytes are harmless',
    1_000,
    fc.property(fc.uint8Array({ maxLength: 5_000, size: 'max' }), fc.boolean(), (bytes, status) => {
      assertHarmless(decodeNotify(status ? Buffer.concat([encode('STATUS='), bytes]) : bytes));
    }),
  );

  holds(
    'words count wherever they stand and however often; of STATUS= the last',
    1_000,
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.constantFrom('', '\n', '\0', '\n\0', '\n\n'),
      (lines, end) => {
        const message = decodeNotify(encode(lines.join('\n') + end));
        assertHarmless(message);
        assert.equal(message.ready, lines.includes('READY=1'));
        assert.equal(message.stopping, lines.includes('STOPPING=1'));
        assert.equal(message.watchdog, lines.includes('WATCHDOG=1'));
        const status = lines.findLast((text) => text.startsWith('STATUS='))?.slice('STATUS='.length);
        if (status === undefined || /^[ -~]{0,256}$/.test(status)) assert.equal(message.status, status);
      },
    ),
  );

  holds(
    'with a NUL inside, nothing is believed',
    300,
    fc.property(line, line, (before, after) => {
      assert.deepEqual(decodeNotify(encode(`READY=1\n${before}\0${after}\nREADY=1`)), decodeNotify(NOTHING));
    }),
  );

  holds(
    'a datagram that was cut says nothing that it did not say whole',
    300,
    fc.property(
      fc.array(fc.oneof(line, fc.constantFrom('READY=10', 'STOPPING=100')), { minLength: 1, maxLength: 8 }),
      fc.nat({ max: 3 }),
      (lines, beyond) => {
        const said = encode(lines.join('\n'));
        const padding = 'x'.repeat(Math.max(0, NOTIFY_DATAGRAM_BYTES_MAX + beyond - said.length - 1));
        const whole = encode(`${padding}\n${lines.join('\n')}`);
        const cut = decodeNotify(whole.subarray(0, NOTIFY_DATAGRAM_BYTES_MAX));
        for (const word of ['ready', 'stopping', 'watchdog'] as const) {
          if (cut[word]) assert.ok(lines.includes(`${word.toUpperCase()}=1`));
        }
      },
    ),
  );
});

// Behind the status page: the history is bounded and right, and readers of the stream that do not keep up are cut off.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { createRecorder } from '../../../src/plane/http/history.ts';
import { createStream, eventText, MISSED_MAX, VIEWERS_MAX } from '../../../src/plane/http/stream.ts';
import {
  BOARD_LENGTH,
  masterView,
  observe,
  SERVICE_FIELD,
  serviceView,
  stageField,
  TURN_BUCKETS,
} from '../../../src/thread/scoreboard.ts';

const IMAP = { service: 'imap', family: 'ipv4', kind: 'service' };
const POP3 = { service: 'pop3', family: 'ipv4', kind: 'service' };

describe('the history', () => {
  const set = (board: Float64Array, slot: number, name: keyof typeof SERVICE_FIELD, value: number) => {
    serviceView(board, slot)[SERVICE_FIELD[name]] = value;
  };

  test('keeps so many seconds and no more, the oldest first; counts that are too large are the largest', () => {
    const [board, recorder] = [new Float64Array(BOARD_LENGTH), createRecorder(3)];
    for (const [second, queue] of [1, 2, 70_000, 4].entries()) {
      set(board, 0, 'queue', queue);
      recorder.record(board, [[0, IMAP]], 1_000 * second);
    }
    assert.deepEqual(recorder.all().at, [1_000, 2_000, 3_000]);
    assert.deepEqual(recorder.of('imap', 'ipv4')?.columns.queue, [2, 65_535, 4]);
    assert.equal(recorder.of('imap', 'ipv6'), undefined);
  });

  test('counts become rates, by the time that has really passed', () => {
    const [board, recorder] = [new Float64Array(BOARD_LENGTH), createRecorder(9)];
    set(board, 0, 'spawns', 100);
    assert.equal(recorder.record(board, [[0, IMAP]], 0).spawnsPerSecond(0), 0);
    set(board, 0, 'spawns', 130);
    assert.equal(recorder.record(board, [[0, IMAP]], 2_000).spawnsPerSecond(0), 15);
  });

  test('a slot that another service has taken begins anew, and all together are the sums', () => {
    const [board, recorder] = [new Float64Array(BOARD_LENGTH), createRecorder(9)];
    set(board, 0, 'busy', 3);
    set(board, 1, 'busy', 4);
    recorder.record(
      board,
      [
        [0, IMAP],
        [1, POP3],
      ],
      0,
    );
    assert.deepEqual(recorder.all().columns.busy, [7]);
    recorder.record(board, [[0, POP3]], 1_000);
    assert.deepEqual(recorder.of('pop3', 'ipv4')?.columns.busy, [0, 3]);
    assert.equal(recorder.of('imap', 'ipv4'), undefined);
  });

  test('of each stage the slowest turn of the second, 0 when there was none; poll is no work', () => {
    const [board, recorder] = [new Float64Array(BOARD_LENGTH), createRecorder(9)];
    const turn = (seconds: number) => observe(masterView(board), stageField('spawn'), TURN_BUCKETS, seconds);
    turn(0.00002);
    turn(0.004);
    const { meanMs } = recorder.record(board, [], 0);
    recorder.record(board, [], 1_000);
    turn(99);
    recorder.record(board, [], 2_000);
    const { rows, slowest, bounds } = recorder.timings();
    assert.equal(rows.includes('poll'), false);
    assert.deepEqual(slowest[rows.indexOf('spawn')], [bounds.indexOf(0.005) + 1, 0, bounds.length + 1]);
    assert.equal(meanMs[rows.indexOf('spawn')], 2.01);
  });
});

class FakeResponse extends EventEmitter {
  written: string[] = [];
  writableLength = 0;
  destroyed = false;
  ended = '';
  write = (text: string) => void this.written.push(text);
  end = (text: string) => {
    this.ended = text;
  };
  destroy = () => {
    this.destroyed = true;
    this.emit('close');
  };
}

describe('the stream', () => {
  const join = (stream: ReturnType<typeof createStream>) => {
    const response = new FakeResponse();
    return { response, let: stream.add(response as unknown as ServerResponse, 'hello') };
  };

  test('one message is one event, whatever is in it', () => {
    const text = eventText('frame', { name: 'a\n\ndata: x\r\u2028<b>' });
    assert.equal(text.split('\n').length, 4);
    assert.match(text, /^event: frame\ndata: \{.*\}\n\n$/s);
  });

  test('no more than so many look', () => {
    const stream = createStream();
    const viewers = Array.from({ length: VIEWERS_MAX + 1 }, () => join(stream));
    assert.equal(viewers.filter((viewer) => viewer.let).length, VIEWERS_MAX);
    viewers[0]?.response.emit('close');
    assert.equal(join(stream).let, true);
  });

  test('who reads slowly is sent nothing meanwhile, then everything anew, or is cut off', () => {
    const stream = createStream();
    const [quick, slow, dead] = [join(stream).response, join(stream).response, join(stream).response];
    slow.writableLength = 9;
    dead.writableLength = 9;
    stream.send('1', () => 'anew');
    slow.writableLength = 0;
    for (let count = 1; count < MISSED_MAX; count += 1) stream.send('2', () => 'anew');
    assert.deepEqual(quick.written.slice(1, 3), ['1', '2']);
    assert.deepEqual(slow.written.slice(1, 3), ['anew', '2']);
    assert.deepEqual([dead.written.length, dead.destroyed, stream.count], [1, true, 2]);
    stream.end('bye');
    assert.deepEqual([quick.ended, stream.count], ['bye', 0]);
  });
});

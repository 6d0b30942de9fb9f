// Five-field patterns over daylight-saving changes in Europe/Berlin: 2026-03-29 02:00 becomes 03:00 (+01 to +02),
// 2026-10-25 03:00 becomes 02:00 (+02 to +01). The runner gives this file a process of its own, hence the zone.

process.env.TZ = 'Europe/Berlin';

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextOccurrence } from '../../../src/os/calendar.ts';

/** The first `count` occurrences after `from`, in UTC. */
function occurrences(pattern: string, from: string, count: number): string[] {
  const found: string[] = [];
  let after = Date.parse(from);
  while (found.length < count) {
    after = nextOccurrence(pattern, after) ?? Number.NaN;
    found.push(new Date(after).toISOString().slice(0, 16));
  }
  return found;
}

test('the zone of this process is Berlin', () => {
  assert.equal(new Date('2026-07-01T00:00Z').getTimezoneOffset(), -120);
});

test('a daily time keeps its local hour over both changes', () => {
  assert.deepEqual(occurrences('0 4 * * *', '2026-03-27T12:00Z', 3), [
    '2026-03-28T03:00',
    '2026-03-29T02:00',
    '2026-03-30T02:00',
  ]);
  assert.deepEqual(occurrences('0 4 * * *', '2026-10-23T12:00Z', 3), [
    '2026-10-24T02:00',
    '2026-10-25T03:00',
    '2026-10-26T03:00',
  ]);
});

test('a time that spring skips runs once, right after the gap', () => {
  assert.deepEqual(occurrences('30 2 * * *', '2026-03-28T12:00Z', 2), [
    '2026-03-29T01:00',
    '2026-03-30T00:30',
  ]);
});

test('a time that autumn repeats runs once', () => {
  assert.deepEqual(occurrences('30 2 * * *', '2026-10-24T12:00Z', 2), [
    '2026-10-25T00:30',
    '2026-10-26T01:30',
  ]);
});

test('a list of times is as fixed as one time', () => {
  assert.deepEqual(occurrences('30 2,14 * * *', '2026-10-24T22:00Z', 3), [
    '2026-10-25T00:30',
    '2026-10-25T13:30',
    '2026-10-26T01:30',
  ]);
});

test('every half hour means half an hour of real time, in the repeated hour too', () => {
  assert.deepEqual(occurrences('*/30 * * * *', '2026-10-24T23:45Z', 6), [
    '2026-10-25T00:00',
    '2026-10-25T00:30',
    '2026-10-25T01:00',
    '2026-10-25T01:30',
    '2026-10-25T02:00',
    '2026-10-25T02:30',
  ]);
  assert.deepEqual(occurrences('*/30 * * * *', '2026-03-29T00:15Z', 3), [
    '2026-03-29T00:30',
    '2026-03-29T01:00',
    '2026-03-29T01:30',
  ]);
});

test('Cyrus writes midnight and Sunday as 0', () => {
  assert.deepEqual(occurrences('0 0 * * 0', '2026-11-16T12:00Z', 2), [
    '2026-11-21T23:00',
    '2026-11-28T23:00',
  ]);
});

test('day of month or day of week, when both are given', () => {
  assert.deepEqual(occurrences('0 12 13 * 5', '2026-11-01T00:00Z', 3), [
    '2026-11-06T11:00',
    '2026-11-13T11:00',
    '2026-11-20T11:00',
  ]);
});

test('29 February comes every four years, 31 February never', () => {
  assert.deepEqual(occurrences('0 0 29 2 *', '2026-11-01T00:00Z', 1), ['2028-02-28T23:00']);
  assert.equal(nextOccurrence('0 0 31 2 *', Date.parse('2026-11-01T00:00Z')), undefined);
});

test('a pattern of six fields is refused', () => {
  assert.throws(() => nextOccurrence('0 0 0 * * *', 0));
});

test('a pattern may be asked for in another zone, and is not mixed up with the same one in ours', () => {
  const noon = Date.parse('2026-07-01T12:00Z');
  const berlin = nextOccurrence('30 4 * * *', noon);
  assert.equal(nextOccurrence('30 4 * * *', noon, 'UTC'), Date.parse('2026-07-02T04:30Z'));
  assert.equal(nextOccurrence('30 4 * * *', noon, 'America/New_York'), Date.parse('2026-07-02T08:30Z'));
  assert.equal(nextOccurrence('30 4 * * *', noon), berlin);
  assert.equal(berlin, Date.parse('2026-07-02T02:30Z'));
});

// Durations, sizes, suggestions, accounts, ports and the forms of listen=: the small pure readers.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findGroup, findUser } from '../../../src/config/accounts.ts';
import { findPort, splitHostAndPort } from '../../../src/config/listen.ts';
import { didYouMean } from '../../../src/config/suggest.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../../src/config/units.ts';
import { ROOT_WORLD } from './fake-world.ts';

function outcomeOf<T>(
  result: { ok: true; value: T } | { ok: false; error: { message: string } },
): T | string {
  return result.ok ? result.value : result.error.message;
}

describe('units', () => {
  test('durations', () => {
    const read = (text: string) => outcomeOf(parseDuration(text));
    assert.deepEqual(
      ['250ms', '30s', '1.5m', '1h', '1d', '0'].map(read),
      [250, 30_000, 90_000, 3_600_000, 86_400_000, 0],
    );
    assert.equal(read('30'), 'the duration "30" has no unit');
    assert.equal(read('30x'), '"30x" is not a duration');
    assert.equal(read('-1s'), '"-1s" is not a duration');
    assert.equal(read('1constructor'), '"1constructor" is not a duration');
    assert.equal(read('400d'), 'the duration "400d" is longer than a year');
  });

  test('sizes are powers of 1,024', () => {
    const read = (text: string) => outcomeOf(parseSize(text));
    assert.deepEqual(
      ['512K', '64M', '1.5GiB', '2gb', '10B'].map(read),
      [524_288, 67_108_864, 1_610_612_736, 2_147_483_648, 10],
    );
    assert.equal(read('512'), 'the size "512" has no unit');
    assert.equal(read('999999999999T'), '"999999999999T" is not a size');
  });

  test('they are shown in the largest unit that fits', () => {
    assert.deepEqual([0, 250, 90_000, 3_600_000].map(formatDuration), ['0s', '250ms', '90s', '1h']);
    assert.deepEqual([512, 524_288, 2_147_483_648].map(formatSize), ['512B', '512K', '2G']);
  });
});

test('"did you mean" only for a slip of the finger', () => {
  const known = ['listen', 'prefork', 'maxchild', 'mode'];
  assert.equal(didYouMean('lisetn', known), 'did you mean "listen"?');
  assert.equal(didYouMean('PREFORK', known), 'did you mean "prefork"?');
  assert.equal(didYouMean('elephant', known), undefined);
  assert.equal(didYouMean('', known), undefined);
});

test('users and groups, by name and by number', () => {
  const { passwd, group } = ROOT_WORLD;
  assert.deepEqual(outcomeOf(findUser('cyrus', passwd)), { uid: 105, gid: 8 });
  assert.deepEqual(outcomeOf(findUser('105', passwd)), { uid: 105, gid: 8 });
  assert.deepEqual(outcomeOf(findUser('4242', passwd)), { uid: 4242, gid: undefined });
  assert.equal(outcomeOf(findUser('cyrsu', passwd)), 'unknown user "cyrsu"');
  assert.equal(outcomeOf(findUser('4294967295', passwd)), 'unknown user "4294967295"');
  assert.equal(outcomeOf(findGroup('www', group)), 33);
  assert.equal(outcomeOf(findGroup('4242', group)), 4242);
  assert.equal(outcomeOf(findGroup('web', group)), 'unknown group "web"');
});

test('the forms of host and port', () => {
  const read = (text: string) => outcomeOf(splitHostAndPort(text));
  assert.deepEqual(read('143'), { host: undefined, port: '143' });
  assert.deepEqual(read('imap'), { host: undefined, port: 'imap' });
  assert.deepEqual(read('mail.example:143'), { host: 'mail.example', port: '143' });
  assert.deepEqual(read('[::1]:143'), { host: '::1', port: '143' });
  assert.deepEqual(read('::1:143'), { host: '::1', port: '143' });
  assert.equal(read('[::1]'), 'no port in "[::1]"');
  assert.equal(read('host:'), 'no port in "host:"');
  assert.equal(read(':143'), 'no host in ":143"');
  assert.equal(read('*:143'), 'no host in "*:143"');
  assert.equal(read('[::1:143'), '"[::1:143" is not an address');
});

test('ports by number, name and alias, for one protocol', () => {
  const { services } = ROOT_WORLD;
  assert.equal(outcomeOf(findPort('0', 'tcp', services)), 0);
  assert.equal(outcomeOf(findPort('imap', 'tcp', services)), 143);
  assert.equal(outcomeOf(findPort('domain', 'udp', services)), 53);
  assert.equal(outcomeOf(findPort('domain', 'tcp', services)), 'unknown port "domain"');
  assert.equal(outcomeOf(findPort('65536', 'tcp', services)), 'port 65536 is above 65535');
});

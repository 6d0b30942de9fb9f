// What samples and the kernel's files become: sums and maxima by service, pids that wait for a lock, full queues.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockWaiters } from '../../../src/plane/lock-waiters.ts';
import { listenTroubles } from '../../../src/plane/metrics/listen-troubles.ts';
import { usageByService, usageKey } from '../../../src/plane/worker-usage.ts';

const LOCKS = `1: POSIX  ADVISORY  WRITE 100 08:01:131 0 EOF
1: -> POSIX  ADVISORY  WRITE 101 08:01:131 0 EOF
1: -> POSIX  ADVISORY  READ  102 08:01:131 0 7
2: FLOCK  ADVISORY  WRITE 103 08:01:9 0 EOF
2: -> FLOCK  ADVISORY  WRITE 102 08:01:9 0 EOF
3: -> OFDLCK ADVISORY  WRITE -1 08:01:10 0 EOF
4: -> FLOCK  ADVISORY  WRITE 0 08:01:11 0 EOF
`;

test('who waits for a lock: each once; nobody without a pid of ours', () => {
  assert.deepEqual([...lockWaiters(LOCKS)], [101, 102]);
  assert.equal(lockWaiters('').size, 0);
});

test('full queues are found by their names, wherever they stand', () => {
  const text = 'IpExt: A B\nIpExt: 1 2\nTcpExt: X ListenDrops Y ListenOverflows\nTcpExt: 1 7 3 5\n';
  assert.deepEqual(listenTroubles(text), { overflows: 5, drops: 7 });
  assert.equal(listenTroubles('TcpExt: X\nTcpExt: 1\n'), undefined);
  assert.equal(listenTroubles(''), undefined);
});

test('the workers of a service are summed up, those of another address apart', () => {
  const worker = (serial: number, service: string, family: string) =>
    ({ serial, pid: 100 + serial, owner: 'service', service, family }) as const;
  const usage = usageByService({
    workers: [
      worker(1, 'imap', 'ipv4'),
      worker(2, 'imap', 'ipv4'),
      worker(3, 'imap', 'ipv6'),
      worker(4, 'imap', 'ipv4'),
    ],
    sampleOf: (serial) => (serial === 4 ? undefined : { cpuPercent: 25 * serial, memoryBytes: 10 * serial }),
    lockWaiters: new Set([101, 104, 999]),
  });
  assert.deepEqual(usage.get(usageKey('service', 'imap', 'ipv4')), {
    cpuCores: 0.75,
    cpuMaxCores: 0.5,
    memoryBytes: 30,
    memoryMaxBytes: 20,
    lockWaiting: 2,
  });
  assert.equal(usage.get(usageKey('service', 'imap', 'ipv6'))?.cpuCores, 0.75);
  assert.equal(usage.size, 2);
});

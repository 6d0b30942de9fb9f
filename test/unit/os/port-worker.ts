// The port where it lives: in a worker_threads thread. Waits for the wake fd, then for a child, and reports.

import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { createLinuxOs } from '../../../src/os/linux/index.ts';

const PATIENCE_MS = 20_000;

const os = createLinuxOs({ runDirectory: tmpdir(), listenFds: { count: 0, names: [] } });
parentPort?.postMessage({ kind: 'opened', wakeFd: os.wakeFd, now: os.now() });

const wake = os.poll([os.wakeFd], PATIENCE_MS);
os.clearWake();

const child = os.spawn({
  path: '/bin/sh',
  argv: ['sh', '-c', 'exit 3'],
  environment: [],
  descriptors: ['null', 'null', 'null'],
});
assert.equal(child.kind, 'spawned');
if (child.kind === 'spawned') {
  os.epollAdd(child.pidfd, 1);
  os.poll([os.wakeFd, os.epollFd], PATIENCE_MS);
  parentPort?.postMessage({
    kind: 'done',
    wake: wake.kind,
    tags: os.epollReady(8),
    end: os.wait(child.pidfd),
  });
}

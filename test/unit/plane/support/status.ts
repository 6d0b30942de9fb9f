// A status reader over the fake thread, with a master that is always the same.

import { createStatusReader, type Status, type StatusReader } from '../../../../src/plane/status.ts';
import type { SupervisorThread } from '../../../../src/thread/handle.ts';
import { sampleSnapshot } from './fake-thread.ts';

export function statusReader(thread: SupervisorThread): StatusReader {
  return createStatusReader({
    thread,
    master: { version: '0.1.0', file: '/etc/preforkd/services.conf', runDirectory: '/run/preforkd' },
    sampleOf: () => undefined,
    httpUrl: () => 'http://127.0.0.1:9464',
    standing: () => ({ stage: 'spawn', stageMs: 11_000 }),
  });
}

export function sampleStatus(): Status {
  const { services, events, phase, uptimeSeconds, turns, startCap } = sampleSnapshot();
  const [imap, ...others] = services;
  const sampled = imap?.workers.map((worker, index) =>
    index === 0 ? { ...worker, cpuPercent: 12.5, memoryBytes: 48_234_496 } : worker,
  );
  return {
    master: {
      pid: 4242,
      version: '0.1.0',
      node: 'v20.20.2',
      phase,
      file: '/etc/preforkd/services.conf',
      runDirectory: '/run/preforkd',
      uptimeSeconds,
      turns,
      startCap,
      memoryBytes: 71_303_168,
    },
    services: imap === undefined ? others : [{ ...imap, workers: sampled ?? [] }, ...others],
    events,
  };
}

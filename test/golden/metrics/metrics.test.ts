// Golden: a whole /metrics page from a scoreboard that was written to. UPDATE_GOLDEN=1 writes it anew.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMetricsPage } from '../../../src/plane/metrics/exporter.ts';
import { usageKey } from '../../../src/plane/worker-usage.ts';
import {
  add,
  BOARD_LENGTH,
  blockedField,
  blockedSecondsField,
  EVENT_FIELD,
  exitField,
  MASTER_FIELD,
  masterView,
  observe,
  QUEUE_WAIT_BUCKETS,
  queueWaitField,
  SERVICE_FIELD,
  SESSION_BUCKETS,
  STAGES,
  STARTUP_BUCKETS,
  serviceView,
  sessionField,
  stageField,
  startupField,
  TURN_BUCKETS,
  turnField,
} from '../../../src/thread/scoreboard.ts';

function board(): Float64Array {
  const numbers = new Float64Array(BOARD_LENGTH);
  const imap = serviceView(numbers, 0);
  Object.values(SERVICE_FIELD).forEach((field, index) => {
    imap[field] = index;
  });
  imap[SERVICE_FIELD.maxchild] = Number.POSITIVE_INFINITY;
  add(imap, exitField('clean'), 41);
  add(imap, exitField('signal'), 1);
  add(imap, blockedField('maxchild'), 6);
  add(imap, blockedSecondsField('maxchild'), 1.5);
  for (const seconds of [0.004, 0.04, 0.041, 60]) observe(imap, startupField, STARTUP_BUCKETS, seconds);
  observe(imap, sessionField, SESSION_BUCKETS, 12);
  observe(imap, queueWaitField, QUEUE_WAIT_BUCKETS, 0.3);
  const sweep = serviceView(numbers, 1);
  Object.values(EVENT_FIELD).forEach((field, index) => {
    sweep[field] = 10 + index;
  });
  const master = masterView(numbers);
  Object.values(MASTER_FIELD).forEach((field, index) => {
    master[field] = 100 + index;
  });
  for (const seconds of [0.00004, 0.0002, 0.02]) observe(master, turnField, TURN_BUCKETS, seconds);
  for (const stage of STAGES) observe(master, stageField(stage), TURN_BUCKETS, 0.00003);
  return numbers;
}

test('/metrics', async () => {
  const numbers = {
    board: board(),
    slots: [
      [0, { service: 'imap', family: 'ipv4', kind: 'service' }],
      [2, { service: 'quo"ted\\', family: '', kind: 'daemon' }],
    ] as const,
    events: [[1, 'sweep']] as const,
    usage: new Map([
      [
        usageKey('service', 'imap', 'ipv4'),
        { cpuCores: 1.5, cpuMaxCores: 0.75, memoryBytes: 3e8, memoryMaxBytes: 1e8, lockWaiting: 2 },
      ],
    ]),
    plane: (value: string) =>
      value === 'build-info' ? { value: 1, labels: { version: '0.1.0', node: 'v20.20.2' } } : { value: 0.25 },
  };
  const actual = await createMetricsPage(() => numbers).render();
  const path = join(import.meta.dirname, 'page.txt');
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, actual);
  assert.equal(actual, readFileSync(path, 'utf8'), `${path} differs; UPDATE_GOLDEN=1 writes it anew`);
});

// How many clients wait, per service: read from the kernel where it may have changed. A listener that poll watched
// and did not name has nobody waiting, and need not be asked. A socket that does not listen any more is found here.

import { SERVICE_FIELD } from './board.ts';
import { renewListener } from './listeners.ts';
import type { Master } from './master.ts';
import type { Listener, Service } from './service.ts';

export function readQueues(master: Master): void {
  for (const service of master.services) {
    const { listener } = service;
    if (!listener) continue;
    if (readQueue(master, service, listener) === 'shut') renewListener(master, service);
  }
}

function readQueue(master: Master, service: Service, listener: Listener): 'read' | 'shut' {
  const { queue } = service;
  const length = knownEmpty(master, service, listener) ? 0 : ask(master, service, listener);
  if (length === 'shut') return 'shut';
  if (length > 0 && queue.length === 0) queue.since = master.now;
  countFalseAlarms(master, service, listener, length);
  queue.taken += Math.max(0, queue.length - length);
  queue.length = length;
  service.view[SERVICE_FIELD.queue] = length;
  service.view[SERVICE_FIELD.queueLimit] = queue.limit;
  return 'read';
}

function knownEmpty(master: Master, { queue }: Service, { fd }: Listener): boolean {
  const { complete, readable } = master.polled;
  return queue.length === 0 && complete && queue.limit > 0 && queue.watched && !readable.includes(fd);
}

function ask(master: Master, { queue }: Service, listener: Listener): number | 'shut' {
  const outcome = master.os.queue(listener.fd, listener.address);
  if (!outcome.ok && outcome.errno === 'EINVAL') return 'shut';
  if (!outcome.ok) return guess(master, listener.fd, queue.length);
  queue.limit = outcome.limit;
  return outcome.length;
}

/** A queue that can't be read: poll tells at least whether anybody waits. Else it is taken to be as it was. */
function guess(master: Master, fd: number, before: number): number {
  const { kind } = master.os.poll([fd], 0);
  if (kind === 'ready') return 1;
  return kind === 'timeout' ? 0 : before;
}

/** So often in a row a listener may be readable without anybody queued: a worker was quicker than we. */
const FALSE_ALARMS_MAX = 10;
const FALSE_ALARM_PAUSE_MS = 250;

/** One that always is (a worker has called shutdown(2) on it) is not watched for a while: the loop would spin. */
function countFalseAlarms(master: Master, { queue }: Service, { fd }: Listener, length: number): void {
  if (!queue.watched || !master.polled.complete) return;
  const gone = length === 0 && master.polled.readable.includes(fd);
  if (gone) queue.taken += 1;
  queue.falseAlarms = gone ? queue.falseAlarms + 1 : 0;
  if (queue.falseAlarms > FALSE_ALARMS_MAX) queue.unwatchedUntil = master.now + FALSE_ALARM_PAUSE_MS;
}

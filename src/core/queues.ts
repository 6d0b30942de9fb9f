// How many clients wait, per service: read from the kernel where it may have changed. A listener that poll watched
// and did not name has nobody waiting, and need not be asked.

import { SERVICE_FIELD } from './board.ts';
import type { Master } from './master.ts';
import type { Service } from './service.ts';

export function readQueues(master: Master): void {
  for (const service of master.services)
    if (service.listener) readQueue(master, service, service.listener.fd);
}

function readQueue(master: Master, service: Service, fd: number): void {
  const { queue, listener } = service;
  if (!listener) return;
  const length = knownEmpty(master, service, fd) ? 0 : ask(master, service);
  if (length > 0 && queue.length === 0) queue.since = master.now;
  queue.length = length;
  service.view[SERVICE_FIELD.queue] = length;
  service.view[SERVICE_FIELD.queueLimit] = queue.limit;
}

function knownEmpty(master: Master, { queue }: Service, fd: number): boolean {
  const { complete, readable } = master.polled;
  return (
    queue.length === 0 &&
    complete &&
    queue.limit > 0 &&
    master.interest.fds.includes(fd) &&
    !readable.includes(fd)
  );
}

/** A queue that can't be read now is taken to be as it was. */
function ask(master: Master, { queue, listener }: Service): number {
  if (!listener) return 0;
  const outcome = master.os.queue(listener.fd, listener.address);
  if (!outcome.ok) return queue.length;
  queue.limit = outcome.limit;
  return outcome.length;
}

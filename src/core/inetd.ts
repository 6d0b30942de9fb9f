// Protocol `inetd`: the only place where the master accepts. One process per connection, which is its stdin and
// stdout; `maxchild` bounds them. A connection that is accepted when fork fails is kept and handed over at the next
// attempt: an accepted client is never dropped.

import type { Fd } from '../os/os.ts';
import { launch } from './launch.ts';
import { type Master, tell } from './master.ts';
import { subject } from './owner.ts';
import type { Service } from './service.ts';
import { bookSpawn } from './spawn-outcome.ts';

const ACCEPT_PAUSE_MS = 10;
const ACCEPT_FAILED_PAUSE_MS = 100;

/** Hands the next waiting connection over. False when nobody waits, or no process could be made for him. */
export function handConnection(master: Master, service: Service): boolean {
  const connection = nextConnection(master, service);
  if (connection === undefined) return false;
  const handed = bookSpawn(master, service, launch(master, service, true, connection));
  if (handed) master.os.close(connection);
  else service.pendingConnection = connection;
  return handed;
}

function nextConnection(master: Master, service: Service): Fd | undefined {
  const kept = service.pendingConnection;
  service.pendingConnection = undefined;
  if (kept !== undefined) return kept;
  if (!service.listener) return undefined;
  const outcome = master.os.accept(service.listener.fd);
  if (outcome.kind === 'accepted') {
    service.queue.length = Math.max(0, service.queue.length - 1);
    return outcome.fd;
  }
  if (outcome.kind === 'failed') {
    // Out of descriptors, most likely: wait as for a failed fork.
    service.forkBackoff.until = master.os.now() + ACCEPT_FAILED_PAUSE_MS;
    const { errno } = outcome;
    tell(master, {
      ...subject(service),
      kind: 'spawn-failed',
      program: 'accept',
      errno,
      stage: 'prepare',
      retryInMs: ACCEPT_FAILED_PAUSE_MS,
    });
  } else {
    service.queue.length = 0;
    // Whoever waited has gone. Should the kernel still say that somebody does, the loop must not spin over it.
    service.queue.unwatchedUntil = master.now + ACCEPT_PAUSE_MS;
  }
  return undefined;
}

/** The service goes, or its listener does: a connection that nobody will serve is closed. */
export function dropPending(master: Master, service: Service): void {
  if (service.pendingConnection !== undefined) master.os.close(service.pendingConnection);
  service.pendingConnection = undefined;
}

// How long a client was queued before this worker took it: what the kernel says, right after accept, of when it was last
// heard. Called by the worker for each connection, where the master understands it.

import type { Socket } from 'node:net';
import { lastHeardMs } from './libc.ts';
import type { QueueWait } from './notify.ts';

/** Node's own handle of a socket; it has no other way to the descriptor. */
interface WithHandle {
  readonly _handle?: { readonly fd?: number } | null;
}

/** Nothing for a unix socket: the kernel does not tell. */
export function queueWaitOf(socket: Socket): readonly QueueWait[] {
  const fd = (socket as unknown as WithHandle)._handle?.fd ?? -1;
  const waitMs = fd < 0 ? undefined : lastHeardMs(fd);
  return waitMs === undefined ? [] : [{ queueWaitMs: waitMs }];
}

// The port of a master on a simulated machine: clocks, poll, epoll, pipes. Sockets are in port-sockets.ts, children in
// port-children.ts. Time passes first and then the call has its effect; who was woken by it runs when time goes on.

import { assert } from '../../lib/assert.ts';
import { nextOccurrence } from '../calendar.ts';
import type { Os, PipeOutcome } from '../os.ts';
import { Listener } from './listeners.ts';
import { filePort } from './lock-file.ts';
import { Pipe, PipeEnd } from './pipes.ts';
import { Poll } from './poll.ts';
import { childrenPort } from './port-children.ts';
import { notifyPort, socketPort } from './port-sockets.ts';
import type { Seat } from './seat.ts';
import type { WallClock } from './wall-clock.ts';

export function createPort(seat: Seat, wallClock: WallClock): Os {
  const { timezone } = seat.machine.options;
  return {
    wakeFd: seat.wakeFd,
    epollFd: seat.epollFd,
    now: () => seat.read(),
    wallClock: () => wallClock.at(seat.read()),
    nextOccurrence: (pattern, afterWallMs) => nextOccurrence(pattern, afterWallMs, timezone),
    ...pollPort(seat),
    ...pipePort(seat),
    ...filePort(seat),
    becomeUser: (user) => seat.become(user),
    ...notifyPort(seat),
    ...socketPort(seat),
    ...childrenPort(seat),
  };
}

function pollPort(seat: Seat) {
  const poll = new Poll(seat);
  return {
    poll: (fds, timeoutMs) => poll.poll(fds, timeoutMs),
    clearWake: () => {
      seat.call();
      seat.wake.clear();
    },
    epollAdd: (fd, tag) => {
      seat.call();
      seat.epoll.add(seat.file(fd), fd, tag);
    },
    epollRemove: (fd) => {
      seat.call();
      seat.epoll.remove(seat.file(fd), fd);
    },
    epollReady: (max) => {
      seat.call();
      const tags = seat.epoll.ready(max);
      if (tags.length === max) seat.fullLooks += 1;
      return tags;
    },
  } satisfies Partial<Os>;
}

function pipePort(seat: Seat) {
  return {
    openChannel: () => openPipe(seat, 'both'),
    openOutput: () => openPipe(seat, 'write'),
    read: (fd, maxBytes) => {
      seat.call();
      return seat.file(fd).read(maxBytes);
    },
    close: (fd) => {
      seat.call();
      const file = seat.table.get(fd);
      if (file instanceof Listener) file.ofMaster = false;
      assert(seat.table.close(fd), 'an fd closed twice', { fd });
    },
  } satisfies Partial<Os>;
}

function openPipe(seat: Seat, mode: 'write' | 'both'): PipeOutcome {
  seat.call();
  const errno = seat.shortage(2);
  if (errno !== undefined) return { ok: false, errno };
  const pipe = new Pipe(seat.machine.nextFile(), seat.machine.options.pipeBytes);
  const read = seat.table.open(new PipeEnd(pipe, 'read'));
  const write = seat.table.open(new PipeEnd(pipe, mode));
  return { ok: true, read, write };
}

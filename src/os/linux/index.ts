// The port on Linux: puts the parts of this directory together. Called once, by the supervisor thread's entry (and
// by tests); everything it returns belongs to that thread. Must never be loaded by two threads of a process.

import { assert } from '../../lib/assert.ts';
import { nextOccurrence } from '../calendar.ts';
import type { Os } from '../os.ts';
import { accept } from './accept.ts';
import { becomeUser } from './become-user.ts';
import { now, wallClock } from './clock.ts';
import { close } from './descriptors.ts';
import { Epoll } from './epoll.ts';
import { lastErrno } from './errno.ts';
import { groupMembers } from './group.ts';
import { Inheritance } from './inheritance.ts';
import { libc } from './libc.ts';
import { lockFile } from './lock-file.ts';
import { NotifySockets } from './notify.ts';
import { openChannel, openOutput } from './pipes.ts';
import { poll } from './poll.ts';
import { signal, signalGroup, wait } from './processes.ts';
import { Sockets } from './sockets.ts';
import { spawn } from './spawn.ts';
import { O_CLOEXEC, O_NONBLOCK } from './structs.ts';

export interface LinuxOsOptions {
  /** Notify sockets live in its subdirectory `notify`; it must exist. */
  readonly runDirectory: string;
  /** LISTEN_FDS and LISTEN_FDNAMES, already checked against LISTEN_PID. */
  readonly listenFds: { readonly count: number; readonly names: readonly string[] };
}

const EVENT_COUNTER_BYTES = 8;

export function createLinuxOs(options: LinuxOsOptions): Os {
  const sockets = new Sockets(new Inheritance(options.listenFds.count, options.listenFds.names));
  const notify = new NotifySockets(options.runDirectory);
  const epoll = new Epoll();
  const wakeFd = libc.eventfd(0, O_NONBLOCK | O_CLOEXEC);
  if (wakeFd < 0) assert(false, 'eventfd(2) failed', { errno: lastErrno() });
  const counter = new Uint8Array(new ArrayBuffer(EVENT_COUNTER_BYTES));

  return {
    wakeFd,
    epollFd: epoll.fd,
    now,
    wallClock,
    nextOccurrence,
    poll,
    // One read takes the whole counter, eventfd(2); EAGAIN says that it was 0 already.
    clearWake: () => void libc.read(wakeFd, counter, EVENT_COUNTER_BYTES),
    epollAdd: (fd, tag) => epoll.add(fd, tag),
    epollRemove: (fd) => epoll.remove(fd),
    epollReady: (max) => epoll.ready(max),
    openChannel,
    openOutput,
    lockFile,
    becomeUser,
    openNotify: (owner) => notify.openNotify(owner),
    closeNotify: (fd, path) => notify.closeNotify(fd, path),
    read: (fd, maxBytes) => notify.read(fd, maxBytes),
    close,
    spawn,
    wait,
    signal,
    signalGroup,
    groupMembers,
    listen: (address, listenOptions) => sockets.listen(address, listenOptions),
    refuseClients: (fd, address) => sockets.refuseClients(fd, address),
    closeListener: (fd, address) => sockets.closeListener(fd, address),
    queue: (fd, address) => sockets.queue(fd, address),
    accept,
  };
}

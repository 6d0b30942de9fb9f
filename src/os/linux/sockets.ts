// Listening sockets: bound or inherited, measured, accepted from, closed. Called by the supervisor loop; address by
// address, for limits hold per address. The listening socket stays blocking, as Cyrus's workers expect it.
// Never takes a path from a living listener, and removes only the paths that it made.

import { fstatSync } from 'node:fs';
import { assert } from '../../lib/assert.ts';
import type { Address, Errno, Fd, ListenOptions, ListenOutcome, QueueOutcome } from '../os.ts';
import { turnAway } from './accept.ts';
import { boundAddress, DOMAINS, encodeAddress, TYPES } from './addresses.ts';
import { close } from './descriptors.ts';
import { lastErrno } from './errno.ts';
import type { Inheritance } from './inheritance.ts';
import { libc } from './libc.ts';
import { queueOf } from './queue.ts';
import {
  F_GETFL,
  F_SETFL,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  O_NONBLOCK,
  SHUT_RDWR,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOL_SOCKET,
} from './structs.ts';
import {
  clearStale,
  giveAway,
  identify,
  type PathIdentity,
  removeOwn,
  restrictBeforeBind,
} from './unix-paths.ts';

/** What Cyrus's master gives a unix socket when nothing else is said: whoever reaches the path may connect. */
const MODE_DEFAULT = 0o777;
const ONE = new Int32Array([1]);

interface Listener {
  /** Inode of the socket itself, by which sock_diag(7) knows it; not that of its path. */
  readonly socketInode: number;
  readonly backlog: number;
  readonly inherited: boolean;
  /** Set when we made the path, and have to remove it. */
  path: PathIdentity | undefined;
}

export class Sockets {
  readonly #inheritance: Inheritance;
  readonly #listeners = new Map<Fd, Listener>();

  constructor(inheritance: Inheritance) {
    this.#inheritance = inheritance;
  }

  listen(address: Address, options: ListenOptions): ListenOutcome {
    const inherited = this.#inheritance.take(address, options.name);
    if (inherited !== undefined) {
      const trouble = makeBlocking(inherited.fd) ?? listenOn(inherited.fd, address, options.backlog);
      return this.#opened(inherited.fd, trouble, options, true, undefined);
    }
    const fd = libc.socket(DOMAINS[address.family], TYPES[address.transport] | SOCK_CLOEXEC, 0);
    if (fd < 0) return { ok: false, errno: lastErrno() };
    if (address.family !== 'unix') {
      const trouble = bindInternet(fd, address) ?? listenOn(fd, address, options.backlog);
      return this.#opened(fd, trouble, options, false, undefined);
    }
    const bound = bindUnix(fd, address, options);
    const trouble = bound.trouble ?? listenOn(fd, address, options.backlog);
    if (trouble !== undefined && bound.path) removeOwn(address.path, bound.path);
    return this.#opened(fd, trouble, options, false, bound.path);
  }

  #opened(
    fd: Fd,
    trouble: Errno | undefined,
    options: ListenOptions,
    inherited: boolean,
    path: PathIdentity | undefined,
  ): ListenOutcome {
    if (trouble !== undefined) {
      close(fd);
      return { ok: false, errno: trouble };
    }
    const address = boundAddress(fd);
    assert(address !== undefined, 'a bound socket without an address', { fd });
    this.#listeners.set(fd, { socketInode: fstatSync(fd).ino, backlog: options.backlog, inherited, path });
    const queue = this.queue(fd, address);
    // A backlog that cannot be read back is not worth refusing service for.
    const effectiveBacklog = queue.ok ? queue.limit : options.backlog;
    return { ok: true, fd, effectiveBacklog, address, inherited };
  }

  refuseClients(fd: Fd, address: Address): void {
    const listener = this.#listener(fd);
    // Datagrams cannot be shut off. A stream's path stays until it is closed: without it clients were told ENOENT.
    if (address.transport !== 'stream') this.#removePath(listener, address);
    // A busy worker holds the socket for as long as its client stays: closing our end alone would leave it listening.
    // ENOTCONN of a listener that is shut down already means nothing.
    if (listener.inherited || address.transport !== 'stream') return;
    libc.shutdown(fd, SHUT_RDWR);
    if (address.family === 'unix') turnAway(fd);
  }

  closeListener(fd: Fd, address: Address): void {
    const listener = this.#listener(fd);
    this.#listeners.delete(fd);
    // The path first: a client that comes now is refused, instead of being queued and then dropped.
    this.#removePath(listener, address);
    close(fd);
  }

  /** Once: whoever binds the path after us has an identity of its own, and is left alone. */
  #removePath(listener: Listener, address: Address): void {
    if (address.family === 'unix' && listener.path) removeOwn(address.path, listener.path);
    listener.path = undefined;
  }

  queue(fd: Fd, address: Address): QueueOutcome {
    const listener = this.#listener(fd);
    return queueOf(fd, address, listener.socketInode, listener.backlog);
  }

  #listener(fd: Fd): Listener {
    const listener = this.#listeners.get(fd);
    assert(listener !== undefined, 'not a listening socket', { fd });
    return listener;
  }
}

/** systemd hands over sockets as it was told to; a Cyrus worker expects a blocking one. */
function makeBlocking(fd: Fd): Errno | undefined {
  const flags = libc.fcntl(fd, F_GETFL, 0);
  if (flags >= 0 && libc.fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) === 0) return undefined;
  return lastErrno();
}

/** listen(2) again on a listening socket changes its backlog and nothing else. */
function listenOn(fd: Fd, address: Address, backlog: number): Errno | undefined {
  if (address.transport === 'datagram') return undefined;
  return libc.listen(fd, backlog) === 0 ? undefined : lastErrno();
}

function bindInternet(fd: Fd, address: Address): Errno | undefined {
  const name = encodeAddress(address);
  if (!name.ok) return name.errno;
  // Not for datagrams: there it would let two masters share the port, and the later one would get the traffic.
  if (address.transport === 'stream' && libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ONE, 4) !== 0) {
    return lastErrno();
  }
  if (address.family === 'ipv6' && libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ONE, 4) !== 0) {
    return lastErrno();
  }
  return libc.bind(fd, name.bytes, name.length) === 0 ? undefined : lastErrno();
}

/** Bound for us alone, then given away, and only then listened on: nobody connects before the mode is right. */
function bindUnix(
  fd: Fd,
  address: Address & { readonly family: 'unix' },
  options: ListenOptions,
): { trouble: Errno | undefined; path?: PathIdentity | undefined } {
  const name = encodeAddress(address);
  if (!name.ok) return { trouble: name.errno };
  const obstacle =
    clearStale(address.path, name.bytes, name.length, TYPES[address.transport]) ?? restrictBeforeBind(fd);
  if (obstacle !== undefined) return { trouble: obstacle };
  if (libc.bind(fd, name.bytes, name.length) !== 0) return { trouble: lastErrno() };
  const path = identify(address.path);
  return { trouble: giveAway(address.path, options.mode ?? MODE_DEFAULT, options.owner), path };
}

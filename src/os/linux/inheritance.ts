// The sockets that systemd (or anybody who speaks sd_listen_fds(3)) has opened for us: LISTEN_FDS. Taken in once,
// when the port is made, and handed out by sockets.ts, each once: by the address it is bound to, or else by name.
// Never touches a descriptor that is not a socket: a false LISTEN_FDS must not close Node's own.

import { fstatSync } from 'node:fs';
import { assert } from '../../lib/assert.ts';
import type { Address, Fd } from '../os.ts';
import { boundAddress, encodeAddress } from './addresses.ts';
import { close, duplicate } from './descriptors.ts';
import { attempt } from './unix-paths.ts';

/** SD_LISTEN_FDS_START */
const FIRST_FD = 3;
/** Out of the way of the low numbers that children expect. */
const LEAST_FD = 10;

interface Inherited {
  readonly fd: Fd;
  readonly name: string | undefined;
  readonly address: Address;
}

export class Inheritance {
  readonly #sockets: Inherited[] = [];

  constructor(count: number, names: readonly string[]) {
    assert(Number.isInteger(count) && count >= 0, 'a LISTEN_FDS that is no count', { count });
    for (let i = 0; i < count; i++) this.#takeIn(FIRST_FD + i, names[i]);
  }

  #takeIn(original: Fd, name: string | undefined): void {
    if (!isSocket(original)) return;
    const address = boundAddress(original);
    if (address === undefined) return;
    const copy = duplicate(original, LEAST_FD);
    if (!copy.ok) return;
    close(original);
    this.#sockets.push({ fd: copy.fd, name, address });
  }

  /** The socket for `wanted`, with the address it is bound to. It is the caller's from now on. */
  take(wanted: Address, name: string): { fd: Fd; address: Address } | undefined {
    const kindred = (socket: Inherited) =>
      socket.address.family === wanted.family && socket.address.transport === wanted.transport;
    const index = [
      this.#sockets.findIndex((socket) => kindred(socket) && isSame(socket.address, wanted)),
      this.#sockets.findIndex((socket) => kindred(socket) && socket.name === name),
    ].find((found) => found >= 0);
    return index === undefined ? undefined : this.#sockets.splice(index, 1)[0];
  }
}

function isSocket(fd: Fd): boolean {
  let is = false;
  attempt(() => {
    is = fstatSync(fd).isSocket();
  });
  return is;
}

/** Compared as the kernel sees them: '::0' is '::'. */
function isSame(one: Address, other: Address): boolean {
  const [a, b] = [encodeAddress(one), encodeAddress(other)];
  return a.ok && b.ok && Buffer.compare(a.bytes, b.bytes) === 0;
}

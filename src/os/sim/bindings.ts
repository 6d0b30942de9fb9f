// Who is bound where: internet addresses and the paths of unix sockets. Says which address is taken and who is reached
// at one; bind(2), ip(7), unix(7). Knows nothing of queues. The machine has the loopback interface and no other.

import type { Address, Errno, ListenOptions } from '../os.ts';
import { DatagramSocket } from './datagrams.ts';
import { Listener } from './listeners.ts';
import { node, type PathNode, type Paths, socketPathTrouble } from './paths.ts';

export type Bound = Listener | DatagramSocket;
type Internet = Extract<Address, { host: string }>;
type Unix = Extract<Address, { family: 'unix' }>;

/** net.ipv4.ip_local_port_range */
const EPHEMERAL_PORT_FIRST = 32_768;
const PORT_MOST = 65_535;
/** As Cyrus's master gives it. */
const SOCKET_MODE_DEFAULT = 0o777;

const WILDCARDS = new Set(['0.0.0.0', '::']);
const LOCAL = /^(127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1|::)$/;
const NUMERIC = { ipv4: /^\d{1,3}(\.\d{1,3}){3}$/, ipv6: /^[0-9a-f:.]*:[0-9a-f:.]*(%\w+)?$/i } as const;

export class Bindings {
  readonly #paths: Paths;
  /** By family, transport and port. */
  readonly #internet = new Map<string, Bound[]>();

  constructor(paths: Paths) {
    this.#paths = paths;
  }

  /** The address that would be bound: a port 0 becomes a number. Or why none can be. */
  choose(wanted: Internet): Internet | Errno {
    if (!NUMERIC[wanted.family].test(wanted.host)) return 'EINVAL';
    if (!LOCAL.test(wanted.host)) return 'EADDRNOTAVAIL';
    if (wanted.port !== 0) return this.#isTaken(wanted) ? 'EADDRINUSE' : wanted;
    for (let port = EPHEMERAL_PORT_FIRST; port <= PORT_MOST; port += 1) {
      const candidate = { ...wanted, port };
      if (!this.#isTaken(candidate)) return candidate;
    }
    return 'EADDRINUSE';
  }

  #isTaken(address: Internet): boolean {
    return this.#at(address).some((other) => other.occupies && overlap(address, other.address));
  }

  bind(socket: Bound, address: Internet): void {
    const key = keyOf(address);
    this.#internet.set(key, [...(this.#internet.get(key) ?? []), socket]);
  }

  unbind(socket: Bound): void {
    if (socket.address.family === 'unix') return;
    const key = keyOf(socket.address);
    const others = (this.#internet.get(key) ?? []).filter((each) => each !== socket);
    if (others.length > 0) this.#internet.set(key, others);
    else this.#internet.delete(key);
  }

  /** Makes room for a unix socket, when the path is stale; or says why it may not be had. */
  clearPath(path: string): Errno | undefined {
    const trouble = socketPathTrouble(path);
    if (trouble !== undefined) return trouble;
    const found = this.#paths.look(path);
    if (found === undefined) return undefined;
    if (found.kind !== 'socket') return 'EEXIST';
    // One that was shut down refuses like a stale one.
    if (isAlive(found)) return 'EADDRINUSE';
    this.#paths.remove(path);
    return undefined;
  }

  /** Binds a unix socket to a path that is free. */
  bindPath(
    socket: Bound,
    path: string,
    uid: number,
    { mode, owner }: Pick<ListenOptions, 'mode' | 'owner'>,
  ): PathNode | Errno {
    const made = node('socket', mode ?? SOCKET_MODE_DEFAULT, socket);
    made.uid = owner?.uid ?? uid;
    return this.#paths.make(path, made) ?? made;
  }

  /** Who is reached at `address`, or what the network says instead. */
  reach(address: Address): Bound | Errno {
    if (address.family === 'unix') return this.#reachPath(address);
    const found = this.#at(address).filter((each) => each.occupies);
    const exact = found.find((each) => 'host' in each.address && each.address.host === address.host);
    return exact ?? found.find((each) => overlap(address, each.address)) ?? 'ECONNREFUSED';
  }

  #reachPath({ path, transport }: Unix): Bound | Errno {
    const found = this.#paths.look(path);
    if (found === undefined) return 'ENOENT';
    if (!isAlive(found)) return 'ECONNREFUSED';
    const socket = found.socket as Bound;
    return socket.address.transport === transport ? socket : 'EPROTOTYPE';
  }

  #at(address: Internet): readonly Bound[] {
    return this.#internet.get(keyOf(address)) ?? [];
  }
}

function isAlive({ socket }: PathNode): boolean {
  return (socket instanceof Listener || socket instanceof DatagramSocket) && socket.occupies;
}

function keyOf({ family, transport, port }: Internet): string {
  return `${family} ${transport} ${port}`;
}

function overlap(one: Internet, other: Address): boolean {
  if (!('host' in other)) return false;
  return one.host === other.host || WILDCARDS.has(one.host) || WILDCARDS.has(other.host);
}

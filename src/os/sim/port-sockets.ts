// The sockets of the port: listen, accept, the queues, and the sockets of sd_notify(3). As in os/linux/sockets.ts: no
// path is taken from a living listener, and only paths that we made are removed.

import { assert } from '../../lib/assert.ts';
import type { Address, Errno, Fd, ListenOptions, ListenOutcome, Os } from '../os.ts';
import type { Bound } from './bindings.ts';
import { DatagramSocket } from './datagrams.ts';
import { Listener } from './listeners.ts';
import type { Machine } from './machine.ts';
import type { PathNode } from './paths.ts';
import type { Seat } from './seat.ts';
import { addressText } from './trace.ts';

const NOTIFY_MODE = 0o600;
const NOTIFY_DIRECTORY = '/run/notify';
const NOTIFY_DIRECTORY_MODE = 0o711;

interface Held {
  readonly inherited: boolean;
  /** Set when we made the path, and have to remove it. */
  node: PathNode | undefined;
}

class SocketPort {
  readonly #seat: Seat;
  readonly #machine: Machine;
  readonly #held = new Map<Fd, Held>();

  constructor(seat: Seat) {
    this.#seat = seat;
    this.#machine = seat.machine;
  }

  listen(address: Address, options: ListenOptions): ListenOutcome {
    this.#seat.call();
    const inherited = this.#seat.inheritance.take(address, options.name);
    if (inherited !== undefined) return this.#inherit(inherited, options);
    const errno = this.#seat.shortage();
    if (errno !== undefined) return { ok: false, errno };
    const bound = address.family === 'unix' ? this.#bindPath(address, options) : this.#bind(address, options);
    if (typeof bound === 'string') return { ok: false, errno: bound };
    const { socket, node } = bound;
    const fd = this.#seat.table.open(socket);
    this.#held.set(fd, { inherited: false, node });
    if (this.#machine.tracing)
      this.#machine.trace(`${options.name} listens at ${addressText(socket.address)}`);
    return { ok: true, fd, effectiveBacklog: backlogOf(socket), address: socket.address, inherited: false };
  }

  #inherit(listener: Listener, { backlog }: ListenOptions): ListenOutcome {
    listener.blocking = true;
    listener.listen(backlog);
    const fd = this.#seat.table.open(listener);
    this.#held.set(fd, { inherited: true, node: undefined });
    return { ok: true, fd, effectiveBacklog: listener.backlog, address: listener.address, inherited: true };
  }

  #bind(address: Extract<Address, { host: string }>, options: ListenOptions): Opened | Errno {
    const chosen = this.#machine.bindings.choose(address);
    if (typeof chosen === 'string') return chosen;
    const socket = this.#make(chosen, options);
    this.#machine.bindings.bind(socket, chosen);
    return { socket, node: undefined };
  }

  #bindPath(address: Extract<Address, { path: string }>, options: ListenOptions): Opened | Errno {
    const { bindings } = this.#machine;
    const trouble = bindings.clearPath(address.path);
    if (trouble !== undefined) return trouble;
    const socket = this.#make(address, options);
    const node = bindings.bindPath(socket, address.path, this.#seat.uid, options);
    if (typeof node !== 'string') return { socket, node };
    if (socket instanceof Listener) this.#machine.listeners.delete(socket);
    return node;
  }

  #make(address: Address, { name, backlog }: ListenOptions): Bound {
    const machine = this.#machine;
    if (address.transport === 'datagram') return datagramSocket(machine, address);
    const listener = new Listener(machine, name, address, backlog);
    machine.listeners.add(listener);
    return listener;
  }

  refuseClients(fd: Fd, address: Address): void {
    this.#seat.call();
    const held = this.#heldAt(fd);
    if (address.transport !== 'stream') this.#removePath(held, address);
    const file = this.#seat.file(fd);
    if (held.inherited || !(file instanceof Listener)) return;
    if (this.#machine.tracing && !file.shut) this.#machine.trace(`clients of ${file.name} are refused`);
    file.shutDown();
    file.turnAway();
  }

  closeListener(fd: Fd, address: Address): void {
    this.#seat.call();
    const held = this.#heldAt(fd);
    this.#held.delete(fd);
    this.#removePath(held, address);
    const file = this.#seat.file(fd);
    if (file instanceof Listener) file.ofMaster = false;
    this.#seat.table.close(fd);
  }

  #removePath(held: Held, address: Address): void {
    const { paths } = this.#machine;
    if (address.family === 'unix' && held.node !== undefined && paths.look(address.path) === held.node) {
      paths.remove(address.path);
    }
    held.node = undefined;
  }

  #heldAt(fd: Fd): Held {
    const held = this.#held.get(fd);
    assert(held !== undefined, 'not a listening socket', { fd });
    return held;
  }

  queue(fd: Fd): ReturnType<Os['queue']> {
    this.#seat.call();
    this.#heldAt(fd);
    const file = this.#seat.file(fd);
    if (!(file instanceof Listener)) return { ok: true, length: file.readable ? 1 : 0, limit: 0 };
    if (file.shut) return { ok: false, errno: 'EINVAL' };
    return { ok: true, length: file.queue.length, limit: file.backlog };
  }

  accept(fd: Fd): ReturnType<Os['accept']> {
    this.#seat.call();
    const listener = this.#seat.as(fd, Listener, 'a listening socket');
    if (!listener.readable) return { kind: 'empty' };
    const errno = this.#seat.shortage();
    if (errno !== undefined) return { kind: 'failed', errno };
    const connection = listener.queue.shift();
    if (connection === undefined) return { kind: 'failed', errno: 'EINVAL' };
    const accepted = this.#seat.table.open(connection.serverEnd);
    // What the queue held.
    connection.serverEnd.release();
    this.#machine.accepted(connection, 'master');
    return { kind: 'accepted', fd: accepted };
  }
}

interface Opened {
  readonly socket: Bound;
  readonly node: PathNode | undefined;
}

function backlogOf(socket: Bound): number {
  return socket instanceof Listener ? socket.backlog : 0;
}

function datagramSocket(machine: Machine, address: Address): DatagramSocket {
  return new DatagramSocket(machine.nextFile(), address, (socket) => machine.bindings.unbind(socket));
}

export function socketPort(seat: Seat) {
  const port = new SocketPort(seat);
  return {
    listen: (address, options) => port.listen(address, options),
    refuseClients: (fd, address) => port.refuseClients(fd, address),
    closeListener: (fd, address) => port.closeListener(fd, address),
    queue: (fd) => port.queue(fd),
    accept: (fd) => port.accept(fd),
  } satisfies Partial<Os>;
}

export function notifyPort(seat: Seat) {
  const { machine } = seat;
  return {
    openNotify: (owner) => {
      seat.call();
      const errno = seat.shortage();
      if (errno !== undefined) return { ok: false, errno };
      machine.paths.make(NOTIFY_DIRECTORY, {
        kind: 'directory',
        mode: NOTIFY_DIRECTORY_MODE,
        uid: 0,
        socket: undefined,
      });
      const path = `${NOTIFY_DIRECTORY}/${machine.nextFile()}.sock`;
      const socket = datagramSocket(machine, { family: 'unix', transport: 'datagram', path });
      const options = { mode: NOTIFY_MODE, ...(owner && { owner }) };
      const node = machine.bindings.bindPath(socket, path, seat.uid, options);
      if (typeof node === 'string') return { ok: false, errno: node };
      return { ok: true, fd: seat.table.open(socket), path };
    },
    closeNotify: (fd, path) => {
      seat.call();
      machine.paths.remove(path);
      assert(seat.table.close(fd), 'an fd closed twice', { fd });
    },
  } satisfies Partial<Os>;
}

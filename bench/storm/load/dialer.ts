// Opens connections. The kernel has about 28,000 ports per source address and target; on loopback there are many
// source addresses, so when the ports of one run out, the next of 127.0.0.2, 127.0.0.3, ... is taken and the connection
// is tried again at once. What cannot be dialled is told with its errno. Used by visit.ts; `open` is a seam for tests.

import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { Address } from '../options/target.ts';

export interface Dialer {
  /** Calls one of the two, once, later; neither after `hangUp`. */
  dial(told: DialTold): Dialling;
  /** How many addresses were needed; 1: the kernel's choice was enough. */
  sources(): number;
}

export interface DialTold {
  connected(socket: Socket): void;
  failed(code: string): void;
}

export interface Dialling {
  hangUp(): void;
}

/** 127.0.0.2 to 127.0.0.254: seven million connections at once. */
export const SOURCES_MAX = 254;
/** connect(2) without a port to give; bind(2) without one, once we choose the address ourselves. */
const NO_PORT: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EADDRINUSE']);

export type Open = (options: NetConnectOpts) => Socket;

export function createDialer(address: Address, open: Open = connect): Dialer {
  const plain: NetConnectOpts =
    address.kind === 'unix'
      ? { path: address.path }
      : { host: address.host, port: address.port, noDelay: true };
  // ::1 has no neighbours: its ports are all there are.
  const hasNeighbours = address.kind === 'tcp' && address.loopback && address.host.startsWith('127.');
  let source = 1;

  const dial = ({ connected, failed }: DialTold): Dialling => {
    let given = false;
    let socket: Socket;
    const attempt = () => {
      const from = source;
      let open_ = false;
      socket = open(from === 1 ? plain : { ...plain, localAddress: `127.0.0.${from}` });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (open_ || given) return;
        const code = error.code ?? 'UNKNOWN';
        if (!NO_PORT.has(code) || !hasNeighbours || from >= SOURCES_MAX) return failed(code);
        // Of many that run out at the same moment, the first one moves all on.
        source = Math.max(source, from + 1);
        attempt();
      });
      socket.once('connect', () => {
        open_ = true;
        if (!given) connected(socket);
      });
    };
    attempt();
    return {
      hangUp: () => {
        given = true;
        socket.destroy();
      },
    };
  };
  return { dial, sources: () => source };
}

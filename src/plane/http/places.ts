// Who may stay connected. There are so many places; when they are taken, a newcomer is let in all the same and another one
// has to go: of the address that holds the most silent connections the one that has been silent the longest, and only where
// nobody is silent, one whose answer is under way. So neither who holds connections nor who floods keeps a scraper out.
// Those who look at the status page are few (stream.ts counts them) and are never sent away. Used by server.ts.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Each takes a descriptor and some 20 kB. Far more than those who ask at once, for a newcomer's request to be read. */
export const CONNECTIONS_MAX = 512;
/** A slow or hostile client never delays a scrape beyond this: half of what Prometheus waits for, unless told otherwise. */
export const SCRAPE_SECONDS_MAX = 5;

export interface Places {
  /** Its request has come, and its answer is under way. */
  busy(socket: Socket): void;
  /** The answer has been given: it may ask again. */
  silent(socket: Socket): void;
  /** It stays for as long as it likes. */
  stays(socket: Socket): void;
}

interface Holder {
  readonly socket: Socket;
  readonly address: string;
}

/** In the order in which they became so, the longest first. */
type Holders = Map<string, Holder>;

export function createPlaces(server: Server, most: number = CONNECTIONS_MAX): Places {
  const silent: Holders = new Map();
  const busy: Holders = new Map();
  const stay: Holders = new Map();
  const all = [silent, busy, stay];
  const move = (socket: Socket, to: Holders) => {
    const key = keyOf(socket);
    const holder = all.map((holders) => holders.get(key)).find((found) => found !== undefined);
    // It has gone already.
    if (holder === undefined) return;
    for (const holders of all) holders.delete(key);
    to.set(key, holder);
  };
  // Of TLS too this is the connection below.
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    if (silent.size + busy.size + stay.size >= most) {
      const goes = longestOfGreediest(silent) ?? longestOfGreediest(busy);
      if (goes !== undefined) {
        for (const holders of all) holders.delete(goes[0]);
        goes[1].socket.destroy();
      }
    }
    const holder = { socket, address: socket.remoteAddress ?? '' };
    silent.set(key, holder);
    // Its port may have been taken by another connection meanwhile.
    socket.once('close', () => {
      for (const holders of all) if (holders.get(key) === holder) holders.delete(key);
    });
  });
  return {
    busy: (socket) => move(socket, busy),
    silent: (socket) => move(socket, silent),
    stays: (socket) => move(socket, stay),
  };
}

/** The socket of TLS and the one below have it in common. */
const keyOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

function longestOfGreediest(holders: Holders): [string, Holder] | undefined {
  const counts = new Map<string, number>();
  for (const { address } of holders.values()) counts.set(address, (counts.get(address) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  for (const found of holders) if (counts.get(found[1].address) === most) return found;
  return undefined;
}

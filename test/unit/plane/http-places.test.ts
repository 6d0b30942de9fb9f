// Who has to go when all places of HTTP are taken: the one that has been silent the longest, of the address that holds the
// most; one whose answer is under way only when nobody is silent; never one that looks at the status page.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { createPlaces } from '../../../src/plane/http/places.ts';

const PLACES = 4;
const SCRAPER = '10.0.0.1';
const FLOOD = '10.0.0.66';

class FakeSocket extends EventEmitter {
  destroyed = false;
  remoteAddress: string;
  remotePort: number;
  constructor(remoteAddress: string, remotePort: number) {
    super();
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function room() {
  const server = new EventEmitter();
  const places = createPlaces(server as Server, PLACES);
  let port = 0;
  const come = (address = FLOOD) => {
    port += 1;
    const socket = new FakeSocket(address, port);
    server.emit('connection', socket);
    return socket;
  };
  const gone = (sockets: readonly FakeSocket[]) => sockets.map(({ destroyed }) => destroyed);
  const of = (socket: FakeSocket) => socket as unknown as Socket;
  return { places, come, gone, of };
}

test('the longest silent one goes, and who has asked meanwhile is not it', () => {
  const { places, come, gone, of } = room();
  const sockets = [come(), come(), come(), come()] as const;
  places.busy(of(sockets[0]));
  come();
  assert.deepEqual(gone(sockets), [false, true, false, false]);
  places.silent(of(sockets[0]));
  come();
  come();
  assert.deepEqual(gone(sockets), [false, true, true, true]);
});

test('an address that holds one connection keeps it, however many another one opens', () => {
  const { come } = room();
  const scraper = come(SCRAPER);
  for (let count = 0; count < 3 * PLACES; count += 1) come();
  assert.equal(scraper.destroyed, false);
});

test('where all wait for their answers the oldest goes, but nobody who stays', () => {
  const { places, come, gone, of } = room();
  const sockets = [come(), come(), come(), come()] as const;
  for (const socket of sockets) places.busy(of(socket));
  places.stays(of(sockets[0]));
  come();
  assert.deepEqual(gone(sockets), [false, true, false, false]);
});

test('who leaves makes room, and a socket that has gone is not held any more', () => {
  const { places, come, gone, of } = room();
  const sockets = [come(), come(), come(), come()] as const;
  sockets[2].destroy();
  places.busy(of(sockets[2]));
  come();
  assert.deepEqual(gone(sockets), [false, false, true, false]);
});

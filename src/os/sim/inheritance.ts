// The sockets that a master was started with: LISTEN_FDS, sd_listen_fds(3). Handed out once each, by the address that
// they are bound to, or else by name.

import type { Address } from '../os.ts';
import type { Listener } from './listeners.ts';

export interface Inherited {
  readonly listener: Listener;
  readonly name: string;
}

export class Inheritance {
  readonly #sockets: Inherited[];

  constructor(sockets: readonly Inherited[] = []) {
    this.#sockets = [...sockets];
  }

  take(wanted: Address, name: string): Listener | undefined {
    const kindred = ({ listener: { address } }: Inherited) =>
      address.family === wanted.family && address.transport === wanted.transport;
    const index = [
      this.#sockets.findIndex((each) => kindred(each) && isSame(each.listener.address, wanted)),
      this.#sockets.findIndex((each) => kindred(each) && each.name === name),
    ].find((found) => found >= 0);
    return index === undefined ? undefined : this.#sockets.splice(index, 1)[0]?.listener;
  }
}

function isSame(one: Address, other: Address): boolean {
  if (one.family === 'unix') return other.family === 'unix' && one.path === other.path;
  return other.family !== 'unix' && one.host === other.host && one.port === other.port;
}

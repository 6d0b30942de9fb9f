// Who is alive, by serial number: from an epoll tag to the worker's record. Entered at spawn, removed when reaped.

import { assert } from '../lib/assert.ts';
import type { Worker } from './worker.ts';

export class Roster {
  readonly #workers = new Map<number, Worker>();
  #lastSerial = 0;

  nextSerial(): number {
    this.#lastSerial += 1;
    return this.#lastSerial;
  }

  add(worker: Worker): void {
    assert(!this.#workers.has(worker.serial), 'a serial number is used once', { serial: worker.serial });
    this.#workers.set(worker.serial, worker);
  }

  remove(worker: Worker): void {
    assert(this.#workers.delete(worker.serial), 'a worker leaves the roster once', { serial: worker.serial });
  }

  get(serial: number): Worker | undefined {
    return this.#workers.get(serial);
  }

  get size(): number {
    return this.#workers.size;
  }

  /** Oldest first. Safe to remove the current one while walking. */
  all(): IterableIterator<Worker> {
    return this.#workers.values();
  }
}

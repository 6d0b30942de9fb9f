// Deadlines of workers, soonest first: a binary heap, so that ten thousand idle workers cost nothing per turn.
// Nothing is ever cancelled: a timer that has lost its meaning is recognised when it is due.

export interface Timer {
  /** Monotonic ms. */
  readonly at: number;
  readonly serial: number;
  readonly purpose: 'presume' | 'start-limit' | 'kill' | 'time-limit' | 'watchdog';
}

export class Timers {
  readonly #heap: Timer[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the soonest is due; Infinity when there is none. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(timer: Timer): void {
    const heap = this.#heap;
    heap.push(timer);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (this.#at(parent) <= this.#at(child)) break;
      this.#swap(parent, child);
      child = parent;
    }
  }

  /** Takes the soonest one that is due at `now`. */
  takeDue(now: number): Timer | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    const last = this.#heap.pop() as Timer;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const smaller = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(smaller) >= this.#at(parent)) return;
      this.#swap(parent, smaller);
      parent = smaller;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(first: number, second: number): void {
    const heap = this.#heap;
    [heap[first], heap[second]] = [heap[second] as Timer, heap[first] as Timer];
  }
}

// What is to happen when, earliest first: a binary heap. Holds the clients that come back; the first arrivals are
// sorted already. Pure.

export interface Entry<T> {
  readonly at: number;
  readonly what: T;
}

export class Agenda<T> {
  readonly #heap: Entry<T>[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the earliest is due; Infinity: nothing is. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(entry: Entry<T>): void {
    const heap = this.#heap;
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Entry<T>;
      if (above.at <= entry.at) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  }

  take(): Entry<T> | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && at(heap, child + 1) < at(heap, child)) child += 1;
      if (at(heap, child) >= last.at) break;
      heap[place] = heap[child] as Entry<T>;
      place = child;
    }
    heap[place] = last;
    return first;
  }

  clear(): void {
    this.#heap.length = 0;
  }
}

function at<T>(heap: readonly Entry<T>[], place: number): number {
  return (heap[place] as Entry<T>).at;
}

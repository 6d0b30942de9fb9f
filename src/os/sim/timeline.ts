// Virtual time: what is to happen, and when. The only clock of the simulated kernel; it stands still but for whoever
// lets it pass (the master's system calls, port.ts). What happens in the same moment happens in the order in which it
// was asked for, so that the same calls give the same world. A binary heap; what is cancelled is dropped later.

import { assert } from '../../lib/assert.ts';

/** Something that can happen. The same object may be asked for many times, so that waiting costs no closure. */
export interface Happening {
  happen(): void;
}

export interface Appointment {
  readonly at: number;
  readonly order: number;
  /** undefined: cancelled. */
  happening: Happening | undefined;
}

/** Not 0, and no whole number: nothing may rely on either. */
const START_MS = 10_000.25;
/** So much without any time passing is a world that spins: a program that yields and never waits. */
const HAPPENINGS_PER_MOMENT_MOST = 1_000_000;
/** Below this a few cancelled appointments are not worth tidying up. */
const TIDY_LEAST = 64;

export class Timeline {
  #now = START_MS;
  #order = 0;
  #cancelled = 0;
  #inThisMoment = 0;
  #heap: Appointment[] = [];
  #soon: Happening[] = [];

  get now(): number {
    return this.#now;
  }

  /** Infinity: nothing will ever happen. */
  get nextAt(): number {
    if (this.#soon.length > 0) return this.#now;
    this.#dropCancelled();
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** At `at`, or as soon as time goes on when that is past. */
  at(at: number, happening: Happening): Appointment {
    this.#order += 1;
    const appointment = { at: Math.max(at, this.#now), order: this.#order, happening };
    this.#heap.push(appointment);
    this.#rise(this.#heap.length - 1);
    return appointment;
  }

  cancel(appointment: Appointment): void {
    if (appointment.happening === undefined) return;
    appointment.happening = undefined;
    this.#cancelled += 1;
    if (this.#cancelled > TIDY_LEAST && this.#cancelled > this.#heap.length / 2) this.#tidy();
  }

  /** In this moment, after what happens now. */
  soon(happening: Happening): void {
    this.#soon.push(happening);
  }

  /** Time passes until `time`, and all that is due happens at its moment. */
  passTo(time: number): void {
    while (this.nextAt <= time) this.step();
    if (time <= this.#now) return;
    this.#now = time;
    this.#inThisMoment = 0;
  }

  /** Time passes until the next thing has happened, with all that it brings about at once. */
  step(): void {
    if (this.#soon.length === 0) this.#next();
    for (let index = 0; index < this.#soon.length; index += 1) {
      this.#count();
      this.#soon[index]?.happen();
    }
    this.#soon.length = 0;
  }

  #next(): void {
    this.#dropCancelled();
    const first = this.#pop();
    if (first?.happening === undefined) return;
    if (first.at > this.#now) {
      this.#now = first.at;
      this.#inThisMoment = 0;
    }
    const { happening } = first;
    first.happening = undefined;
    this.#count();
    happening.happen();
  }

  #count(): void {
    this.#inThisMoment += 1;
    assert(this.#inThisMoment < HAPPENINGS_PER_MOMENT_MOST, 'the simulated world spins: no time passes', {
      now: this.#now,
    });
  }

  #dropCancelled(): void {
    while (this.#heap[0] !== undefined && this.#heap[0].happening === undefined) {
      this.#pop();
      this.#cancelled -= 1;
    }
  }

  #tidy(): void {
    const kept = this.#heap.filter(({ happening }) => happening !== undefined);
    // A sorted array is a heap.
    this.#heap = kept.sort((one, other) => one.at - other.at || one.order - other.order);
    this.#cancelled = 0;
  }

  #pop(): Appointment | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.#heap[0] = last;
    this.#sink();
    return first;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const moved = heap[from] as Appointment;
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Appointment;
      if (isBefore(parent, moved)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = moved;
  }

  #sink(): void {
    const heap = this.#heap;
    const moved = heap[0] as Appointment;
    let index = 0;
    for (;;) {
      let childIndex = index * 2 + 1;
      let child = heap[childIndex];
      if (child === undefined) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex += 1;
      }
      if (isBefore(moved, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = moved;
  }
}

function isBefore(one: Appointment, other: Appointment): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

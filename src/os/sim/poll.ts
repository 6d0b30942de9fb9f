// poll(2) of the master: the one call in which it waits, while the world goes on event by event. `linux` tells what is
// ready first and is interrupted only while it waits; `solaris` says EINTR even when something is ready.

import { assert } from '../../lib/assert.ts';
import type { Fd, PollOutcome } from '../os.ts';
import type { Waiter } from './files.ts';
import type { Seat } from './seat.ts';

const TIMEOUT: PollOutcome = { kind: 'timeout' };
const INTERRUPTED: PollOutcome = { kind: 'interrupted' };
/** poll(2) takes an int. A longer wait ends early. */
const TIMEOUT_MS_MOST = 2 ** 31 - 1;

export class Poll implements Waiter {
  readonly #seat: Seat;
  #stirred = false;

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  stirred(): void {
    this.#stirred = true;
  }

  poll(fds: readonly Fd[], timeoutMs: number): PollOutcome {
    assert(!Number.isNaN(timeoutMs), 'a time-out that is no number');
    const seat = this.#seat;
    seat.call();
    const ready = this.#ready(fds);
    if (seat.signals > 0) {
      seat.signals -= 1;
      return INTERRUPTED;
    }
    if (ready !== undefined) return { kind: 'ready', fds: ready };
    if (timeoutMs <= 0) return TIMEOUT;
    for (const fd of fds) seat.table.get(fd)?.watch(this);
    seat.waiting = true;
    try {
      return this.#wait(fds, timeoutMs);
    } finally {
      seat.waiting = false;
      for (const fd of fds) seat.table.get(fd)?.unwatch(this);
    }
  }

  #ready(fds: readonly Fd[]): Fd[] | undefined {
    let ready: Fd[] | undefined;
    for (const fd of fds) {
      const file = this.#seat.table.get(fd);
      assert(file !== undefined, 'a closed fd in the poll set', { fd, fds });
      if (!file.readable) continue;
      if (ready === undefined) ready = [fd];
      else ready.push(fd);
    }
    this.#stirred = false;
    return ready;
  }

  #wait(fds: readonly Fd[], timeoutMs: number): PollOutcome {
    const { machine } = this.#seat;
    const { timeline } = machine;
    const deadline =
      timeoutMs === Number.POSITIVE_INFINITY
        ? timeoutMs
        : timeline.now + Math.min(TIMEOUT_MS_MOST, Math.ceil(timeoutMs));
    for (;;) {
      const next = timeline.nextAt;
      if (next > deadline) {
        timeline.passTo(deadline);
        return TIMEOUT;
      }
      assert(next !== Number.POSITIVE_INFINITY, 'a dead world: poll waits for ever, and nothing will happen');
      timeline.step();
      const outcome = this.#look(fds);
      if (outcome !== undefined) return outcome;
    }
  }

  #look(fds: readonly Fd[]): PollOutcome | undefined {
    const seat = this.#seat;
    const ready = this.#stirred ? this.#ready(fds) : undefined;
    const linux = seat.machine.options.interruptions === 'linux';
    if (ready !== undefined && (linux || seat.signals === 0)) {
      if (linux) seat.signals = 0;
      return { kind: 'ready', fds: ready };
    }
    if (seat.signals === 0) return undefined;
    seat.signals = linux ? 0 : seat.signals - 1;
    return INTERRUPTED;
  }
}

// Places on the scoreboard: who gets one and who gives it back. A service or daemon without a place is not run, because
// nobody would see it; an event is run all the same, and has no figures. Called by listeners.ts and schedule.ts.

import { SLOTS_MAX, serviceView } from './board.ts';
import { type Master, tell } from './master.ts';

export interface Place {
  readonly slot: number;
  /** The part of the board, all zero at first. */
  readonly view: Float64Array;
}

/** Whom a place is for: what `subject` says of an owner. */
interface Holder {
  readonly owner: 'service' | 'daemon' | 'event';
  readonly service: string;
  readonly family: string;
}

/** undefined: the board is full, which is told. */
export function takePlace(master: Master, holder: Holder): Place | undefined {
  const slot = master.freeSlots.pop();
  if (slot === undefined) {
    const { owner, service } = holder;
    tell(master, { kind: 'board-full', service, places: SLOTS_MAX, runs: owner === 'event' });
    return undefined;
  }
  master.slotsUsed = Math.max(master.slotsUsed, slot + 1);
  tell(master, { ...holder, kind: 'slot-taken', slot });
  return { slot, view: serviceView(master.board, slot) };
}

export function freePlace(master: Master, holder: Holder, { slot, view }: Place): void {
  master.freeSlots.push(slot);
  view.fill(0);
  tell(master, { ...holder, kind: 'slot-freed', slot });
}

// Which service stands in which slot of the scoreboard, learnt from the facts slot-taken and slot-freed. Fed by
// wiring, read at scrape time and by nobody else.

import type { Fact } from '../../core/facts.ts';

export interface SlotLabels {
  readonly service: string;
  readonly family: string;
  readonly kind: string;
}

export type Slot = readonly [slot: number, labels: SlotLabels];

export interface Slots {
  learn(fact: Fact): void;
  all(): readonly Slot[];
}

export function createSlots(): Slots {
  const bySlot = new Map<number, SlotLabels>();
  return {
    learn: (fact) => {
      if (fact.kind === 'slot-taken') {
        bySlot.set(fact.slot, { service: fact.service, family: fact.family, kind: fact.owner });
      } else if (fact.kind === 'slot-freed') bySlot.delete(fact.slot);
    },
    all: () => [...bySlot],
  };
}

// Which service or event stands in which slot of the scoreboard, learnt from the facts slot-taken and slot-freed. Fed by
// wiring, read at scrape time and by nobody else.

import type { Fact } from '../../core/facts.ts';

export interface SlotLabels {
  readonly service: string;
  readonly family: string;
  readonly kind: string;
}

export type Slot = readonly [slot: number, labels: SlotLabels];

export type EventSlot = readonly [slot: number, event: string];

export interface Slots {
  learn(fact: Fact): void;
  /** Services and daemons. */
  all(): readonly Slot[];
  events(): readonly EventSlot[];
}

export function createSlots(): Slots {
  const bySlot = new Map<number, SlotLabels>();
  const events = new Map<number, string>();
  return {
    learn: (fact) => {
      if (fact.kind === 'slot-taken') {
        const { slot, service, family, owner } = fact;
        if (owner === 'event') events.set(slot, service);
        else bySlot.set(slot, { service, family, kind: owner });
      } else if (fact.kind === 'slot-freed') {
        bySlot.delete(fact.slot);
        events.delete(fact.slot);
      }
    },
    all: () => [...bySlot],
    events: () => [...events],
  };
}

// A log that keeps what it is told.

import type { Fact } from '../../../../src/core/facts.ts';
import type { Log } from '../../../../src/plane/logs/logger.ts';
import type { PlaneEvent } from '../../../../src/plane/logs/plane-events.ts';
import type { Level } from '../../../../src/plane/logs/row.ts';

export interface FakeLog extends Log {
  readonly facts: Fact[];
  readonly events: PlaneEvent[];
  kinds(): string[];
}

export function fakeLog(): FakeLog {
  const facts: Fact[] = [];
  const events: PlaneEvent[] = [];
  let level: Level = 'info';
  return {
    facts,
    events,
    kinds: () => events.map(({ kind }) => kind),
    fact: (fact) => void facts.push(fact),
    tell: (event) => void events.push(event),
    get level() {
      return level;
    },
    setLevel: (next) => {
      level = next;
    },
  };
}

// One log line per event, through pino: `time`, `level`, `event` (its kind), its fields, and `msg`, the sentence.
// Called by wiring for facts and by the plane's parts for their own events. It never throws: who supervises mail
// must not stop because a line could not be written.

import { pino } from 'pino';
import type { Fact } from '../../core/facts.ts';
import { printable } from '../../lib/text.ts';
import type { Address } from '../../os/os.ts';
import type { LogDestination } from './destination.ts';
import { type LoggedEvent, levelOf, rowOf } from './event-table.ts';
import type { PlaneEvent } from './plane-events.ts';
import { addressText, type Level } from './row.ts';

export interface Log {
  /** A fact of the core; its time is when it happened, not when it is logged. */
  fact(fact: Fact): void;
  /** An event of the plane, now. */
  tell(event: PlaneEvent): void;
  readonly level: Level;
  setLevel(level: Level): void;
}

export function createLog(destination: LogDestination, level: Level): Log {
  const logger = pino(
    {
      level,
      // The time is the event's own, and pid and hostname are the same in every line.
      timestamp: false,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const line = (event: LoggedEvent, at: number) => {
    const loudness = levelOf(event);
    if (!logger.isLevelEnabled(loudness)) return;
    logger[loudness](fieldsOf(event, at), sentenceOf(event));
  };
  return {
    fact: (fact) => line(fact, fact.at),
    tell: (event) => line(event, Date.now()),
    get level() {
      return logger.level as Level;
    },
    setLevel: (next) => {
      logger.level = next;
    },
  };
}

/** The event as flat fields. Unlimited is written out, for JSON has no Infinity; a microsecond is precise enough. */
export function fieldsOf(event: LoggedEvent, at: number): Record<string, unknown> {
  const fields: Record<string, unknown> = { time: new Date(at).toISOString(), event: event.kind };
  for (const [name, value] of Object.entries(event)) {
    if (name === 'kind' || name === 'at' || value === undefined) continue;
    if (name === 'address' && typeof value === 'object') fields[name] = addressText(value as Address);
    else fields[name] = typeof value === 'number' ? figure(value) : value;
  }
  return fields;
}

function figure(value: number): number | string {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : 'unlimited';
}

/** Dumps and diagnostics keep their lines; everything else, worker output above all, is one harmless line. */
function sentenceOf(event: LoggedEvent): string {
  const text = rowOf(event).text(event);
  return text.split('\n').map(printable).join('\n');
}

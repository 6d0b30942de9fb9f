// THE table of events: every fact of the core and every event of the plane, how loud it is and which sentence it
// makes. The logger and docs/generated/EVENTS.md are made from it; a kind without a row does not compile.

import type { Fact, FactKind } from '../../core/facts.ts';
import { JOB_ROWS, MASTER_ROWS } from './master-rows.ts';
import { PLANE_ROWS, type PlaneEvent, type PlaneEventKind } from './plane-events.ts';
import { type FactRows, type Level, LOG_LEVELS, type Row } from './row.ts';
import { SERVICE_ROWS } from './service-rows.ts';
import { WORKER_ROWS } from './worker-rows.ts';

export const FACT_ROWS = {
  ...MASTER_ROWS,
  ...SERVICE_ROWS,
  ...WORKER_ROWS,
  ...JOB_ROWS,
} satisfies FactRows<FactKind>;

export const EVENT_ROWS = { ...FACT_ROWS, ...PLANE_ROWS };

export type LoggedEvent = Fact | PlaneEvent;
export type EventKind = FactKind | PlaneEventKind;

/** The row of an event. The cast is safe: the tables above bind every kind to the row of its own events. */
export function rowOf<E extends LoggedEvent>(event: E): Row<E> {
  return EVENT_ROWS[event.kind] as unknown as Row<E>;
}

export function levelOf<E extends LoggedEvent>(event: E): Level {
  const row = rowOf(event);
  return row.raised?.test(event) ? row.raised.to : row.level;
}

/** What the plane must hear whatever the log level: scoreboard slots, live workers, the moment of readiness. */
const ALWAYS_SENT: ReadonlySet<FactKind> = new Set<FactKind>([
  'slot-taken',
  'slot-freed',
  'spawned',
  'exited',
  'master-ready',
]);

/** What is as loud as this is remembered (recent.ts), whatever the log leaves out. */
const REMEMBERED_FROM: Level = 'info';

/** Kinds of facts that nobody would read at this log level: the supervisor need not send them. */
export function quietKinds(level: Level): FactKind[] {
  const threshold = Math.min(LOG_LEVELS.indexOf(level), LOG_LEVELS.indexOf(REMEMBERED_FROM));
  const kinds = Object.keys(FACT_ROWS) as FactKind[];
  return kinds.filter((kind) => {
    const row: Row<never> = FACT_ROWS[kind];
    const loudest = LOG_LEVELS.indexOf(row.raised?.to ?? row.level);
    return loudest < threshold && !ALWAYS_SENT.has(kind);
  });
}

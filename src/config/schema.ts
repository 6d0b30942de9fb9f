// THE TABLE OF KEYS: every key of every section, with type, default, unit and meaning. It makes the parser's checks,
// `preforkd check` and docs/generated/CONFIG.md. The rows stand in schema/, one file per kind of section.

import { DAEMON_TABLE, EVENTS_TABLE, START_TABLE } from './schema/jobs.ts';
import { MASTER_TABLES } from './schema/master.ts';
import { SERVICES_TABLE } from './schema/services.ts';
import type { EntryTable } from './schema/types.ts';
import type { SectionName } from './syntax.ts';

export { HTTP_OPEN } from './schema/http.ts';
export { OVERLAPS } from './schema/jobs.ts';
export { LOG_FORMATS, LOG_LEVELS } from './schema/master.ts';
export { FAILURE_RULES } from './schema/process.ts';
export { PROTOCOLS, TRANSPORTS } from './schema/services.ts';
export type { EntryTable, KeySpec, KeyType } from './schema/types.ts';

/** In the order of the documentation. */
export const SCHEMA: readonly EntryTable[] = [
  ...MASTER_TABLES,
  START_TABLE,
  SERVICES_TABLE,
  EVENTS_TABLE,
  DAEMON_TABLE,
];

/** The names that entries of MASTER may have. */
export const MASTER_ENTRY_NAMES: readonly string[] = MASTER_TABLES.flatMap((table) => table.entry ?? []);

/** The table for an entry, or undefined for an entry of MASTER with a name that nobody knows. */
export function tableOf(section: SectionName, entryName: string): EntryTable | undefined {
  return SCHEMA.find(
    (table) => table.section === section && (table.entry === undefined || table.entry === entryName),
  );
}

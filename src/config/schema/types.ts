// How a row of the table of keys looks. The rows make the parser's checks (read.ts, check-keys.ts), the defaults,
// and docs/generated/CONFIG.md: there is no second place that knows a key.

import type { SectionName } from '../syntax.ts';

/**
 * integer and switch are read as Cyrus reads them: what cannot be understood falls back to the default, with a warning.
 * All other types are ours and exact: what cannot be understood is an error.
 */
export type KeyType =
  | 'text'
  | 'command'
  | 'integer'
  | 'switch'
  | 'count'
  | 'duration'
  | 'size'
  | 'choice'
  | 'octal'
  | 'path'
  | 'environment';

export interface KeySpec {
  readonly key: string;
  readonly type: KeyType;
  /** As it would be written in the file; absent: the key has no default. */
  readonly default?: string;
  /** For people, where the default is computed or needs a word. */
  readonly defaultNote?: string;
  /** The unit of a bare number (Cyrus's keys, counts). */
  readonly unit?: string;
  readonly choices?: readonly string[];
  /** The value `off`, read as 0, is allowed. */
  readonly off?: true;
  /** Counts only. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: true;
  readonly origin: 'cyrus' | 'preforkd';
  readonly doc: string;
}

/** The keys that one kind of entry takes: a whole section, or in MASTER the entry of one name. */
export interface EntryTable {
  readonly section: SectionName;
  /** MASTER only: the name that the entry must have. Elsewhere names are free. */
  readonly entry?: string;
  readonly doc: string;
  readonly keys: readonly KeySpec[];
}

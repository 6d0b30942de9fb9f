// One row of what a drop-in for Cyrus's master must be right in (rows.ts), and what shows that it is.

export interface Row {
  readonly row: string;
  /** Names of scenarios (`tells`). */
  readonly by?: readonly string[];
  /** A test or benchmark of this repository that shows the rest, or all of it. */
  readonly elsewhere?: string;
}

export interface Part {
  readonly title: string;
  readonly rows: readonly Row[];
}

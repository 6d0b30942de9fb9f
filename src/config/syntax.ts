// What the parser makes of a configuration file: words with their places, before anything is known about meaning.
// Made by parse.ts (the grammar), printed by print.ts, read by everything else in this folder.

export const SECTION_NAMES = ['MASTER', 'START', 'SERVICES', 'EVENTS', 'DAEMON'] as const;

export type SectionName = (typeof SECTION_NAMES)[number];

/** Where something stands; lines and columns count from 1, columns and lengths in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** A piece of the file. An empty one has length 1, so that a caret can point at it. */
export interface Word extends Place {
  readonly text: string;
}

export interface ParsedArgument {
  readonly key: Word;
  readonly value: Word;
}

export interface ParsedEntry {
  readonly name: Word;
  readonly arguments: readonly ParsedArgument[];
  /** Part of the line could not be read: what seems to be missing may stand there. */
  readonly broken: boolean;
}

export interface ParsedSection {
  readonly name: SectionName;
  readonly place: Word;
  readonly entries: readonly ParsedEntry[];
}

/** `strict`: an error in a file with a section MASTER, a warning in a plain cyrus.conf. */
export type ProblemSeverity = 'error' | 'warning' | 'strict';

export interface Problem extends Place {
  readonly severity: ProblemSeverity;
  readonly message: string;
  readonly hint?: string;
  /** The name of a skipped section, so that "did you mean" can be asked. */
  readonly unknownSection?: string;
}

export interface ParsedFile {
  readonly sections: readonly ParsedSection[];
  readonly problems: readonly Problem[];
}

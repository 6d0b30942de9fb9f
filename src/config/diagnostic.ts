// Diagnostics: what is wrong with a configuration, where, and what might help. All of them are collected, none
// stops the reading. `strict` is the one rule about severity: a file with a section MASTER is ours and is held to
// account; a plain cyrus.conf must go on working as it does under Cyrus, so the same trouble is only a warning.

import type { Place, Problem } from './syntax.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** At least 1. */
  readonly length: number;
  readonly message: string;
  readonly hint?: string;
}

/** The place of what stands nowhere in the file, such as the file itself. */
export const FILE_START: Place = { line: 1, column: 1, length: 1 };

/** Of each severity. A file that is no configuration has something wrong on each line, and nobody reads it all. */
export const NOTES_MAX = 1000;

/** Collects the diagnostics of one file. */
export class Notes {
  readonly file: string;
  readonly strictFile: boolean;
  readonly #list: Diagnostic[] = [];
  readonly #counts = { error: 0, warning: 0 };
  readonly #seen = new Set<string>();

  constructor(file: string, strictFile: boolean) {
    this.file = file;
    this.strictFile = strictFile;
  }

  error(at: Place, message: string, hint?: string): void {
    this.#add('error', at, message, hint);
  }

  warning(at: Place, message: string, hint?: string): void {
    this.#add('warning', at, message, hint);
  }

  /** `consequence` says what happens when it is let pass. */
  strict(at: Place, message: string, hint?: string, consequence?: string): void {
    if (this.strictFile) this.#add('error', at, message, hint);
    else this.#add('warning', at, consequence === undefined ? message : `${message}; ${consequence}`, hint);
  }

  problem(problem: Problem, hint = problem.hint): void {
    this[problem.severity](problem, problem.message, hint);
  }

  get failed(): boolean {
    return this.#counts.error > 0;
  }

  /** There are more errors than will be told: looking for others is of no use to anybody. */
  get full(): boolean {
    return this.#counts.error > NOTES_MAX;
  }

  /** In the order of the file, whatever the order of finding. */
  all(): Diagnostic[] {
    const list = this.#list.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const last = list.at(-1);
    if (last === undefined || Math.max(...Object.values(this.#counts)) <= NOTES_MAX) return list;
    const message = `there is more: only the first ${NOTES_MAX} errors and ${NOTES_MAX} warnings are told`;
    return [...list, { severity: 'warning', file: this.file, ...placeOf(last), message }];
  }

  #add(severity: Diagnostic['severity'], at: Place, message: string, hint: string | undefined): void {
    const place = placeOf(at);
    // Entries with several addresses are checked once per address: nobody wants to read the same twice.
    const identity = `${place.line}:${place.column}:${message}`;
    if (this.#seen.has(identity)) return;
    this.#counts[severity] += 1;
    if (this.#counts[severity] > NOTES_MAX) return;
    this.#seen.add(identity);
    const note = { severity, file: this.file, ...place, message };
    this.#list.push(hint === undefined ? note : { ...note, hint });
  }
}

function placeOf({ line, column, length }: Place): Place {
  return { line, column, length };
}

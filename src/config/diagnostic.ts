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

/** Collects the diagnostics of one file. */
export class Notes {
  readonly file: string;
  readonly strictFile: boolean;
  readonly #list: Diagnostic[] = [];
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
    return this.#list.some((note) => note.severity === 'error');
  }

  /** In the order of the file, whatever the order of finding. */
  all(): Diagnostic[] {
    return this.#list.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  #add(severity: Diagnostic['severity'], at: Place, message: string, hint: string | undefined): void {
    const { line, column, length } = at;
    const note = { severity, file: this.file, line, column, length, message };
    // Entries with several addresses are checked once per address: nobody wants to read the same twice.
    const identity = `${line}:${column}:${message}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    this.#list.push(hint === undefined ? note : { ...note, hint });
  }
}

// The ready file: there while the master serves, and only then. An old one, of a master that was killed, goes as soon
// as the pidfile is ours, so that nobody who waits for it is deceived. Called by run.ts with what the plane tells.

import { closeSync, constants, openSync, rmSync } from 'node:fs';
import type { Fact } from '../core/facts.ts';

const MODE = 0o644;
const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;

export interface ReadyFile {
  /** Nobody is ready yet. */
  begin(): void;
  learn(fact: Fact): void;
  /** Nobody is ready any more. */
  end(): void;
}

/** `path` undefined: none is wanted. */
export function createReadyFile(path: string | undefined, complain: (text: string) => void): ReadyFile {
  let made = false;
  const attempt = (what: string, action: (file: string) => void) => {
    if (path === undefined) return;
    try {
      action(path);
    } catch (error) {
      complain(`the ready file ${path} cannot be ${what}: ${(error as NodeJS.ErrnoException).code}`);
    }
  };
  return {
    begin: () => attempt('removed', (file) => rmSync(file, { force: true })),
    learn: (fact) => {
      if (fact.kind !== 'master-ready') return;
      attempt('made', (file) => {
        closeSync(openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, MODE));
        made = true;
      });
    },
    end: () => {
      if (made) attempt('removed', (file) => rmSync(file, { force: true }));
    },
  };
}

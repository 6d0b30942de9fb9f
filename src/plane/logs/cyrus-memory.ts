// What a line of Cyrus's master needs and a single fact does not tell: why a service could not be bound, in which
// section an entry stands, which program it is. Learnt from the facts that came before. Used by cyrus-log.ts.

import type { Fact, WorkerKind } from '../../core/facts.ts';
import type { Errno } from '../../os/os.ts';

export type ProgramOf = (owner: WorkerKind, service: string) => string | undefined;

export interface CyrusMemory {
  /** Why the last of its addresses could not be bound. */
  bindErrno(service: string): Errno | undefined;
  /** Of those that can end the start. */
  ownerOf(service: string): WorkerKind | undefined;
  /** The master ends by itself, for its start has failed. */
  startFailed(): boolean;
  /** Absolute path, where it is known. */
  readonly programOf: ProgramOf;
}

export function createCyrusMemory(programOf: ProgramOf): CyrusMemory & { learn(fact: Fact): void } {
  const errnos = new Map<string, Errno>();
  const owners = new Map<string, WorkerKind>();
  let startFailed = false;
  return {
    bindErrno: (service) => errnos.get(service),
    ownerOf: (service) => owners.get(service),
    startFailed: () => startFailed,
    programOf,
    learn: (fact) => {
      startFailed ||= fact.kind === 'start-failed';
      if (fact.kind === 'listen-failed') errnos.set(fact.service, fact.errno);
      else if (fact.kind === 'spawned' || fact.kind === 'spawn-failed') owners.set(fact.service, fact.owner);
    },
  };
}

// The states of a worker and what each event does to them: the one typed table. Every cell is written; the compiler
// refuses a missing one. Only core/ledger.ts applies it.

export const WORKER_STATES = ['starting', 'ready', 'busy', 'draining', 'dead'] as const;
/** starting: spawned and silent; ready: may take a connection; busy; draining: told to finish; dead: reaped. */
export type WorkerState = (typeof WORKER_STATES)[number];

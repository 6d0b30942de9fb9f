// The states of a worker and what each event does to them: the one typed table. Every cell is written, and named
// when it is odd; the compiler refuses a missing one. Only core/ledger.ts applies it.
// Source of the message cells: Cyrus IMAP master/master.c, process_msg(); a message is gossip: an odd one is
// counted and reported, and never moves a worker past what this table allows.

export const WORKER_STATES = ['starting', 'ready', 'busy', 'draining', 'dead'] as const;
/** starting: spawned and silent; ready: may take a connection; busy; draining: told to finish; dead: reaped. */
export type WorkerState = (typeof WORKER_STATES)[number];

export const WORKER_EVENTS = [
  'available',
  'unavailable',
  'connection',
  'connectionMulti',
  'presumed',
  'handed',
  'told',
  'ended',
] as const;
/**
 * available .. connectionMulti: the worker's messages (READY=1 of sd_notify counts as `available`).
 * presumed: its start-up time is over and it is silent. handed: the master gave it its one connection (inetd).
 * told: it was signalled to finish, or says STOPPING=1. ended: reaped.
 */
export type WorkerEvent = (typeof WORKER_EVENTS)[number];

export interface Transition {
  readonly to: WorkerState;
  /** Connections served so far: +1. */
  readonly counts?: 'connection';
  /** Clients now held: one more or one less (never below 0). */
  readonly client?: 'more' | 'fewer';
  /** Why the message should not have come in this state. */
  readonly odd?: string;
  /** `odd` holds only when no client was there to be finished. */
  readonly oddOnlyWithoutClient?: true;
  /** Can only come from ourselves, so it is our bug. */
  readonly contradiction?: true;
}

export const WORKER_TABLE = {
  starting: {
    available: { to: 'ready' },
    unavailable: { to: 'busy' },
    connection: { to: 'busy', counts: 'connection', client: 'more', odd: 'CONNECTION before UNAVAILABLE' },
    connectionMulti: { to: 'ready', counts: 'connection', client: 'more' },
    presumed: { to: 'ready' },
    handed: { to: 'busy', counts: 'connection', client: 'more' },
    told: { to: 'draining' },
    ended: { to: 'dead' },
  },
  ready: {
    available: {
      to: 'ready',
      client: 'fewer',
      odd: 'AVAILABLE while ready',
      oddOnlyWithoutClient: true,
    },
    unavailable: { to: 'busy' },
    connection: { to: 'busy', counts: 'connection', client: 'more', odd: 'CONNECTION before UNAVAILABLE' },
    connectionMulti: { to: 'ready', counts: 'connection', client: 'more' },
    presumed: { to: 'ready' },
    handed: { to: 'ready', contradiction: true },
    told: { to: 'draining' },
    ended: { to: 'dead' },
  },
  busy: {
    available: { to: 'ready', client: 'fewer' },
    unavailable: { to: 'busy', odd: 'UNAVAILABLE while busy' },
    connection: { to: 'busy', counts: 'connection', client: 'more' },
    // A multi-client worker says this per client and UNAVAILABLE only when it is full: it still takes clients.
    connectionMulti: { to: 'ready', counts: 'connection', client: 'more' },
    presumed: { to: 'busy' },
    handed: { to: 'busy', contradiction: true },
    told: { to: 'draining' },
    ended: { to: 'dead' },
  },
  draining: {
    // It may take a last client in the moment it is told, and says so: counted, and it stays on its way out.
    available: { to: 'draining', client: 'fewer' },
    unavailable: { to: 'draining' },
    connection: { to: 'draining', counts: 'connection', client: 'more' },
    connectionMulti: { to: 'draining', counts: 'connection', client: 'more' },
    presumed: { to: 'draining' },
    handed: { to: 'draining', contradiction: true },
    told: { to: 'draining' },
    ended: { to: 'dead' },
  },
  dead: {
    // Cyrus: a message of a dead worker changes at most the connection count.
    available: { to: 'dead', odd: 'AVAILABLE after its exit' },
    unavailable: { to: 'dead', odd: 'UNAVAILABLE after its exit' },
    connection: { to: 'dead', counts: 'connection', odd: 'CONNECTION after its exit' },
    connectionMulti: { to: 'dead', counts: 'connection', odd: 'CONNECTION_MULTI after its exit' },
    presumed: { to: 'dead' },
    handed: { to: 'dead', contradiction: true },
    told: { to: 'dead' },
    ended: { to: 'dead', contradiction: true },
  },
} as const satisfies Record<WorkerState, Record<WorkerEvent, Transition>>;

export function transition(state: WorkerState, event: WorkerEvent): Transition {
  return WORKER_TABLE[state][event];
}

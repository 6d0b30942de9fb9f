// How a visit ended, in one word, and which words are failures. An errno becomes one of them here and nowhere else.

export const OUTCOMES = {
  done: { failure: false, says: 'all that the client wanted was done' },
  refused: { failure: true, says: 'nobody listens, or the queue of a unix socket was full' },
  'timed-out': { failure: true, says: 'an answer did not come within --timeout' },
  reset: { failure: true, says: 'the connection was reset' },
  cut: { failure: true, says: 'the service closed before the session was over' },
  wrong: { failure: true, says: 'an answer was not the expected one' },
  unreachable: { failure: true, says: 'no route, or not allowed' },
  own: { failure: true, says: 'the generator had no port or descriptor left: not the fault of the target' },
  aborted: { failure: false, says: 'the storm was ended while the visit lasted' },
} as const;

export type Outcome = keyof typeof OUTCOMES;

/** After these a client comes back, if it comes back at all. */
export const COMES_BACK: ReadonlySet<Outcome> = new Set(['refused', 'timed-out', 'reset', 'cut']);

const BY_CODE: Readonly<Record<string, Outcome>> = {
  ECONNREFUSED: 'refused',
  // A unix socket that is not there (any more), and one whose queue is full.
  ENOENT: 'refused',
  EAGAIN: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timed-out',
  EADDRNOTAVAIL: 'own',
  EADDRINUSE: 'own',
  EMFILE: 'own',
  ENFILE: 'own',
  ENOBUFS: 'own',
  ENOMEM: 'own',
};

/** `at`: what the client was waiting for. */
export function outcomeOf(code: string, at: string | undefined): [Outcome, string] {
  return [BY_CODE[code] ?? 'unreachable', at === undefined ? code : `${code}, ${at}`];
}

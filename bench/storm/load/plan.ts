// The plan of a storm, made from its seed before anything is sent: when each client arrives, what it does, and where
// it draws the chances of its own (how long it thinks, when it returns). The same seed makes the same plan.

import { type Entropy, entropy } from '../../../src/lib/entropy.ts';
import { drawSessions, type Session, type SessionMix } from './sessions.ts';
import { arrivalTimes, type Shape } from './shapes.ts';

export interface Load {
  readonly shape: Shape;
  readonly connections: number;
  readonly durationMs: number;
  readonly sessions: SessionMix;
}

export interface Plan {
  /** Milliseconds from the begin, by client, ascending. */
  readonly times: Float64Array;
  sessionOf(client: number): Session;
  /** The client's own chances, for this purpose. */
  chancesOf(client: number, purpose: 'think' | 'comeback'): Entropy;
}

export function planStorm(load: Load, seed: string): Plan {
  const draws = entropy(seed);
  const { shape, connections, durationMs, sessions } = load;
  const kinds = drawSessions(sessions, connections, draws.stream('sessions'));
  const fallback: Session = { kind: 'logout' };
  return {
    times: arrivalTimes(shape, connections, durationMs, draws.stream('arrivals')),
    sessionOf: (client) => sessions.sessions[kinds[client] ?? 0]?.session ?? fallback,
    chancesOf: (client, purpose) => draws.stream(`${purpose}/${client}`),
  };
}

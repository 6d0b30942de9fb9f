// The shapes of a session: what a client does once it has been greeted. One storm may mix several, by weight; which
// client does what is drawn from the seed before the storm. Pure.

import type { Entropy } from '../../../src/lib/entropy.ts';
import { err, ok, type Result } from '../../../src/lib/result.ts';
import { duration } from '../options/words.ts';

export type Session =
  /** All commands, then the connection is held. */
  | { readonly kind: 'hold'; readonly ms: number }
  /** A pause before each command: at random, with this mean. */
  | { readonly kind: 'think'; readonly ms: number }
  | { readonly kind: 'logout' }
  /** In the middle of a command the client is gone. */
  | { readonly kind: 'hangup' }
  /** One byte after the other, with this pause between them. */
  | { readonly kind: 'slowloris'; readonly ms: number };

type Kind = Session['kind'];

export interface SessionMix {
  /** As it was written, for the parameters of a report. */
  readonly text: string;
  readonly sessions: readonly { readonly session: Session; readonly weight: number }[];
}

const TIMED: ReadonlySet<string> = new Set<Kind>(['hold', 'think', 'slowloris']);
const UNTIMED: ReadonlySet<string> = new Set<Kind>(['logout', 'hangup']);
const FORMS = 'there are hold=10s, think=2s, logout, hangup and slowloris=1s; a mix: hold=5s*7,logout*3';

/** `hold=5s*7,logout*3`: seven in ten hold for 5 s. */
export function parseSessions(text: string): Result<SessionMix, string> {
  const sessions: SessionMix['sessions'][number][] = [];
  for (const part of text.split(',')) {
    const match = /^([a-z]+)(?:=([^*]+))?(?:\*(\d{1,6}))?$/.exec(part);
    const session = match === null ? err(FORMS) : sessionOf(match[1] ?? '', match[2]);
    if (!session.ok) return err(`"${part}" is not a session: ${session.error}`);
    const weight = Number(match?.[3] ?? 1);
    if (weight > 0) sessions.push({ session: session.value, weight });
  }
  return sessions.length > 0 ? ok({ text, sessions }) : err(`"${text}" leaves no session; ${FORMS}`);
}

function sessionOf(kind: string, time: string | undefined): Result<Session, string> {
  if (UNTIMED.has(kind)) {
    return time === undefined ? ok({ kind } as Session) : err(`${kind} takes no time`);
  }
  if (!TIMED.has(kind)) return err(FORMS);
  const parsed = duration(time ?? '');
  return parsed.ok ? ok({ kind, ms: parsed.value } as Session) : parsed;
}

/** For each client the place of its session in `mix.sessions`. */
export function drawSessions(mix: SessionMix, clients: number, draw: Entropy): Uint8Array {
  const all = mix.sessions.reduce((sum, { weight }) => sum + weight, 0);
  return Uint8Array.from({ length: clients }, () => {
    let left = draw.fraction() * all;
    return Math.max(
      0,
      mix.sessions.findIndex(({ weight }) => {
        left -= weight;
        return left < 0;
      }),
    );
  });
}

/** A session holds its connection at least that long, however fast the service is. */
export function leastMs(session: Session): number {
  return session.kind === 'hold' ? session.ms : 0;
}

/** False when the client itself is slow, or gone, before the greeting: of that the service is not guilty. */
export function wantsGreeting({ kind }: Session, serviceSpeaksFirst: boolean): boolean {
  return serviceSpeaksFirst || (kind !== 'hangup' && kind !== 'slowloris');
}

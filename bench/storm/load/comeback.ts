// How a mail client returns after it was refused or cut: it waits, longer each time, with a little chance in it. Since
// all who were cut together wait the same, they return together: that is the reconnect storm. Pure.

import type { Entropy } from '../../../src/lib/entropy.ts';
import { ok, type Result } from '../../../src/lib/result.ts';
import { count, duration, parts, share } from '../options/words.ts';

export interface Comeback {
  readonly firstMs: number;
  readonly mostMs: number;
  /** Of the wait, to both sides. */
  readonly jitter: number;
  /** Attempts in all, the first included; then the client gives up. */
  readonly tries: number;
}

/** Doubling from one second to a minute, as mail clients do, with a tenth of chance. */
export const MAIL_CLIENT: Comeback = { firstMs: 1_000, mostMs: 60_000, jitter: 0.1, tries: 8 };

const TRIES_MAX = 1_000;

/** `first=1s,most=60s,jitter=10%,tries=8`, each of them optional. */
export function parseComeback(text: string): Result<Comeback, string> {
  const said = parts(text, ['first', 'most', 'jitter', 'tries']);
  if (!said.ok) return said;
  const { value } = said;
  const firstMs = duration(value.get('first') ?? `${MAIL_CLIENT.firstMs}ms`);
  if (!firstMs.ok) return firstMs;
  const mostMs = duration(value.get('most') ?? `${Math.max(MAIL_CLIENT.mostMs, firstMs.value)}ms`);
  if (!mostMs.ok) return mostMs;
  const jitter = share(value.get('jitter') ?? `${MAIL_CLIENT.jitter * 100}%`);
  if (!jitter.ok) return jitter;
  const tries = count(TRIES_MAX)(value.get('tries') ?? `${MAIL_CLIENT.tries}`);
  if (!tries.ok) return tries;
  return ok({ firstMs: firstMs.value, mostMs: mostMs.value, jitter: jitter.value, tries: tries.value });
}

/** How long to wait after the attempt of this number (1: the first) has failed; undefined: the client gives up. */
export function waitMs({ firstMs, mostMs, jitter, tries }: Comeback, attempt: number, draw: Entropy) {
  if (attempt >= tries) return undefined;
  const wait = Math.min(mostMs, firstMs * 2 ** (attempt - 1));
  return wait * draw.between(1 - jitter, 1 + jitter);
}

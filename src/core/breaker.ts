// The circuit breaker of a service: what happens when workers die before they served anybody. Five such failures
// with gaps of at most 10 s open it; after a pause one probe is let through; a client served, or 10 s without a
// death, closes it; the probe's death doubles the pause. It is never off for good, unless Cyrus's rule is asked for
// (`failures=cyrus`): then five failures disable the service until a reload, and babysat ones retry every 10 s.

import type { FailureRule } from './spec.ts';

export const FAILURES_MAX = 5;
export const FAILURE_GAP_MS = 10_000;
export const PAUSE_FIRST_MS = 1_000;
export const PAUSE_MAX_MS = 60_000;
export const CYRUS_PAUSE_MS = 10_000;

export type Breaker =
  | { readonly kind: 'closed'; readonly failures: number; readonly failedAt: number }
  | {
      readonly kind: 'open';
      readonly failures: number;
      readonly retryAt: number;
      readonly pauseMs: number;
      readonly openedAt: number;
    }
  | {
      readonly kind: 'probing';
      readonly failures: number;
      readonly pauseMs: number;
      readonly openedAt: number;
      readonly probedAt: number;
    }
  /** Cyrus's rule: off until a reload. */
  | { readonly kind: 'disabled'; readonly failures: number };

export const CLOSED: Breaker = { kind: 'closed', failures: 0, failedAt: Number.NEGATIVE_INFINITY };

export interface BreakerRule {
  readonly rule: FailureRule;
  readonly babysit: boolean;
}

/** A worker died before it served anybody. `atOnce`: opening needs no further failure (exec failed: the next will too). */
export function failed(
  breaker: Breaker,
  now: number,
  { rule, babysit }: BreakerRule,
  atOnce = false,
): Breaker {
  if (breaker.kind === 'disabled' || breaker.kind === 'open') return breaker;
  if (breaker.kind === 'probing') {
    const pauseMs = rule === 'cyrus' ? CYRUS_PAUSE_MS : Math.min(breaker.pauseMs * 2, PAUSE_MAX_MS);
    const { failures, openedAt } = breaker;
    return { kind: 'open', failures: failures + 1, pauseMs, retryAt: now + pauseMs, openedAt };
  }
  const failures = now - breaker.failedAt <= FAILURE_GAP_MS ? breaker.failures + 1 : 1;
  if (failures < FAILURES_MAX && !atOnce) return { kind: 'closed', failures, failedAt: now };
  if (rule === 'cyrus' && !babysit) return { kind: 'disabled', failures };
  const pauseMs = rule === 'cyrus' ? CYRUS_PAUSE_MS : PAUSE_FIRST_MS;
  return { kind: 'open', failures, pauseMs, retryAt: now + pauseMs, openedAt: now };
}

/** A worker spawned at `spawnedAt` has served a client. One from before the trouble says nothing about new ones. */
export function served(breaker: Breaker, spawnedAt: number): Breaker {
  if (breaker.kind === 'closed') return spawnedAt >= breaker.failedAt ? CLOSED : breaker;
  if (breaker.kind === 'probing') return spawnedAt >= breaker.probedAt ? CLOSED : breaker;
  return breaker;
}

/** What time alone does: a pause that is over becomes a probe, a probe that nobody died of closes the breaker. */
export function elapsed(breaker: Breaker, now: number): Breaker {
  if (breaker.kind === 'open' && now >= breaker.retryAt) {
    const { failures, pauseMs, openedAt } = breaker;
    return { kind: 'probing', failures, pauseMs, openedAt, probedAt: now };
  }
  if (breaker.kind === 'probing' && now >= breaker.probedAt + FAILURE_GAP_MS) return CLOSED;
  return breaker;
}

/** When `elapsed` may next say something new, monotonic ms. */
export function breakerDueAt(breaker: Breaker): number {
  if (breaker.kind === 'open') return breaker.retryAt;
  return breaker.kind === 'probing' ? breaker.probedAt + FAILURE_GAP_MS : Number.POSITIVE_INFINITY;
}

/** How many more workers may be started when `unproven` have been started and may take a connection. */
export function allowance(breaker: Breaker, unproven: number): number {
  if (breaker.kind === 'closed') return Number.POSITIVE_INFINITY;
  return breaker.kind === 'probing' ? Math.max(0, 1 - unproven) : 0;
}

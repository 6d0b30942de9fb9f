// What one spawn, or its failure, means for the next: tokens, back-off, breaker.

import { serviceFailed } from './failures.ts';
import { available, take } from './fork-rate.ts';
import { type LaunchOutcome, tellLaunchFailed } from './launch.ts';
import type { Master } from './master.ts';
import type { Service } from './service.ts';

const FORK_BACKOFF_FIRST_MS = 100;
const FORK_BACKOFF_MAX_MS = 5_000;

/** Books the outcome of one spawn. False: no more of this service in this turn. */
export function bookSpawn(master: Master, service: Service, outcome: LaunchOutcome): boolean {
  if (outcome.kind === 'launched') {
    // At the time of the fork: a turn of many slow spawns is long, and would seem to find the bucket full again.
    available(service.tokens, outcome.worker.spawnedAt);
    take(service.tokens);
    if (outcome.worker.state === 'starting') master.starting += 1;
    service.forkBackoff.delayMs = 0;
    return true;
  }
  const backoff = service.forkBackoff;
  if (outcome.stage === 'exec') {
    // The next attempt would fail as well: the breaker opens at once, and tries again by its own rule.
    serviceFailed(master, service, true);
    tellLaunchFailed(master, service, outcome, retryInMs(master, service));
    return false;
  }
  backoff.delayMs = Math.min(FORK_BACKOFF_MAX_MS, Math.max(FORK_BACKOFF_FIRST_MS, backoff.delayMs * 2));
  backoff.until = master.os.now() + backoff.delayMs;
  tellLaunchFailed(master, service, outcome, backoff.delayMs);
  return false;
}

function retryInMs(master: Master, { breaker }: Service): number {
  return breaker.kind === 'open' ? breaker.retryAt - master.now : 0;
}

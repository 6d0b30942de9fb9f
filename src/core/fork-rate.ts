// maxforkrate: a token bucket on the monotonic clock. It holds at most one second's worth (at least one token), so
// that in any window of T seconds at most rate x (1 + T) forks happen. Pure but for its own two numbers.

export interface TokenBucket {
  /** Tokens per second; Infinity: no limit. */
  ratePerSecond: number;
  tokens: number;
  filledAt: number;
}

export function fullBucket(ratePerSecond: number, now: number): TokenBucket {
  return { ratePerSecond, tokens: capacity(ratePerSecond), filledAt: now };
}

/** Whole tokens that may be taken at `now` (monotonic ms). */
export function available(bucket: TokenBucket, now: number): number {
  if (bucket.ratePerSecond === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  const gained = (Math.max(0, now - bucket.filledAt) / 1000) * bucket.ratePerSecond;
  bucket.tokens = Math.min(capacity(bucket.ratePerSecond), bucket.tokens + gained);
  bucket.filledAt = Math.max(bucket.filledAt, now);
  // A token is whole when all but a rounding error of it is there.
  return Math.floor(bucket.tokens + 1e-9);
}

export function take(bucket: TokenBucket): void {
  if (bucket.ratePerSecond !== Number.POSITIVE_INFINITY) bucket.tokens -= 1;
}

/** When the next whole token will be there, monotonic ms. */
export function nextTokenAt(bucket: TokenBucket, now: number): number {
  if (available(bucket, now) >= 1) return now;
  return now + ((1 - bucket.tokens) / bucket.ratePerSecond) * 1000;
}

/** A changed rate keeps the tokens gathered so far, up to the new capacity. */
export function setRate(bucket: TokenBucket, ratePerSecond: number, now: number): void {
  available(bucket, now);
  if (bucket.ratePerSecond === ratePerSecond) return;
  const wasUnlimited = bucket.ratePerSecond === Number.POSITIVE_INFINITY;
  bucket.ratePerSecond = ratePerSecond;
  bucket.filledAt = now;
  bucket.tokens = wasUnlimited ? capacity(ratePerSecond) : Math.min(bucket.tokens, capacity(ratePerSecond));
}

function capacity(ratePerSecond: number): number {
  return Math.max(1, ratePerSecond);
}

// Ours, and ours with one of its parts left out, so that it can be seen what each part is worth. Pure.

import { queueProportional, type SpawnPolicy } from '../../src/core/spawn-policy.ts';

/** As many starts at once as are needed: the processors sort them out. */
export const withoutStartCap: SpawnPolicy = (figures) => ({
  ...queueProportional({ ...figures, startRoom: Number.POSITIVE_INFINITY }),
  figures,
});

/** Every queued client is a reason for a worker, also if those that live would be done with him first. */
export const withoutReleased: SpawnPolicy = (figures) => ({
  ...queueProportional({ ...figures, released: 0 }),
  figures,
});

/** A start cap that learns nothing. */
export function withStartCapOf(most: number): SpawnPolicy {
  return (figures) => {
    const startRoom = Math.max(0, most - figures.starting);
    return { ...queueProportional({ ...figures, startRoom }), figures };
  };
}

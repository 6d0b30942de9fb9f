// The types of check-lockfile.mjs, for its test.

/** What is wrong with package.json and package-lock.json, as sentences. */
export function lockfileTroubles(manifest: object, lockfile: object): readonly string[];

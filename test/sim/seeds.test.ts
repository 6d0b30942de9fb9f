// Seeds that once failed and led to a fix: each is run again, always. `says` in seeds.json tells what it had found.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { replayCommand } from './report.ts';
import { type RunOptions, runSeed } from './run.ts';

interface KeptSeed {
  readonly seed: number;
  readonly without?: readonly string[];
  readonly turns?: number;
  readonly says: string;
}

const KEPT: readonly KeptSeed[] = JSON.parse(readFileSync(new URL('./seeds.json', import.meta.url), 'utf8'));

describe('seeds that led to a fix', () => {
  test('each says what it had found', () => {
    assert.deepEqual(
      KEPT.filter(({ says }) => says.length < 20),
      [],
    );
  });

  for (const { seed, without, turns, says } of KEPT) {
    const options: RunOptions = {
      seed,
      ...(without && { without }),
      ...(turns !== undefined && { turnsMost: turns }),
    };
    test(`${says} (${replayCommand(options)})`, () => {
      assert.equal(runSeed(options).failure, undefined);
    });
  }
});

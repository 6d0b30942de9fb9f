// The same scenarios under Debian's C master and under ours: what can be seen from outside is the same, or declared to
// differ with the reason why ours is better (docs/CYRUS-DIFFERENCES.md). Needs root, Debian's cyrus-imapd and cc.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHAPTERS } from './scenarios/index.ts';
import { compare } from './support/play.ts';
import type { Scenario } from './support/scenario.ts';
import { hasIpv6, missing } from './support/sides.ts';

/** They mostly wait. With more than six at once, two processors would be too slow for what is timed. */
const CHAPTERS_AT_ONCE = 3;
const SCENARIOS_AT_ONCE = 2;
const SCENARIOS_MIN = 40;

const here = missing();

function whyNot({ needs }: Scenario): string | false {
  if (here !== false) return here;
  return needs === 'IPv6' && !hasIpv6() ? 'there is no IPv6 on loopback' : false;
}

describe('under both masters', { concurrency: CHAPTERS_AT_ONCE }, () => {
  for (const { title, scenarios } of CHAPTERS) {
    describe(title, { concurrency: SCENARIOS_AT_ONCE }, () => {
      for (const scenario of scenarios) {
        test(scenario.tells, { skip: whyNot(scenario) }, () => compare(scenario));
      }
    });
  }
});

test('the table is whole', () => {
  const all = CHAPTERS.flatMap(({ scenarios }) => scenarios);
  assert.ok(all.length >= SCENARIOS_MIN, `${all.length} scenarios`);
  assert.equal(new Set(all.map(({ tells }) => tells)).size, all.length, 'two scenarios tell the same');
  for (const { tells, outcome, differs = [] } of all) {
    for (const { field, cyrus } of differs) {
      assert.ok(field in outcome, `${tells}: ${field} is not in its outcome`);
      assert.notDeepEqual(outcome[field], cyrus, `${tells}: ${field} does not differ`);
    }
  }
});

// Plays one scenario under both masters at the same time and compares what could be seen: each must show what the
// scenario says of it. Called by the test for every scenario.

import assert from 'node:assert/strict';
import { type Outcome, outcomeOfCyrus, type Scenario } from './scenario.ts';
import { SIDES, type Side } from './sides.ts';
import { Stage } from './stage.ts';

async function playOn(side: Side, scenario: Scenario): Promise<Outcome> {
  const stage = new Stage(side);
  try {
    stage.configure(scenario.configuration(stage));
    return await scenario.play(stage);
  } finally {
    await stage.clear();
  }
}

export async function compare(scenario: Scenario): Promise<void> {
  // Both to their end, also when one fails: nobody may be left.
  const [cyrus, preforkd] = await Promise.allSettled(SIDES.map((side) => playOn(side, scenario)));
  const seen = { cyrus: shown(cyrus), preforkd: shown(preforkd) };
  assert.deepEqual(seen, { cyrus: outcomeOfCyrus(scenario), preforkd: scenario.outcome });
}

function shown(result: PromiseSettledResult<Outcome> | undefined): Outcome {
  if (result?.status === 'fulfilled') return result.value;
  return { failed: result === undefined ? 'not played' : String(result.reason) };
}

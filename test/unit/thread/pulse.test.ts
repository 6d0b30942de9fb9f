// The pulse: what the supervisor writes at the begin of every stage is what another thread reads.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STAGES } from '../../../src/core/board.ts';
import { completeTurn, enterStage } from '../../../src/core/pulse.ts';
import { createPulse, readPulse } from '../../../src/thread/pulse.ts';

test('each stage with its begin, and the turns that are done', () => {
  const shared = createPulse();
  const pulse = new Float64Array(shared);
  assert.deepEqual(readPulse(shared), { turns: 0, stage: 'poll', stageBeganAt: 0 });
  for (const [place, stage] of STAGES.entries()) {
    enterStage(pulse, place, 1_000.5 + place);
    assert.deepEqual(readPulse(shared), { turns: 0, stage, stageBeganAt: 1_000.5 + place });
  }
  completeTurn(pulse);
  assert.equal(readPulse(shared).turns, 1);
});

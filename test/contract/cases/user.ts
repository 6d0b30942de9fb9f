// becomeUser: root is given away for good, and what is needed for the next reload is kept.

import assert from 'node:assert/strict';
import type { Case } from '../world.ts';

export const userCases: readonly Case[] = [
  {
    name: 'root becomes a user: what he makes is his, low ports can be bound, and there is no way back',
    run: (world) => {
      assert.deepEqual(world.becomeAnother(), {
        outcome: 'done',
        uid: 105,
        ownerOfSocket: 105,
        lowPort: true,
        back: 'EPERM',
      });
    },
  },
];

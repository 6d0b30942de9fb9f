// SIGTERM while clients are queued.

import type { CyrusStop } from '../../bench/cyrus/stop.ts';
import type { Part } from './part.ts';
import { fixed, table } from './text.ts';

export const part: Part = {
  name: 'cyrus-stop',
  heading: 'SIGTERM with clients queued',
  render({ maxchild, clients, sides }: CyrusStop) {
    return {
      markdown: `
maxchild=${maxchild}, ${clients} clients who stay: the others are queued. Then SIGTERM.

${table(
  ['master', 'CPU while they are queued', 'SIGTERM'],
  (['cyrus', 'preforkd'] as const).map((side) => {
    const { ended, afterMs, cpuShareWhileQueued } = sides[side];
    return [
      side,
      `${fixed(cpuShareWhileQueued * 100, 1)} % of a processor`,
      ended
        ? `ended after ${fixed(afterMs, 0)} ms`
        : `not ended after ${fixed(afterMs / 1_000, 0)} s, killed`,
    ];
  }),
)}`,
      plots: [],
      goals: [],
    };
  },
};

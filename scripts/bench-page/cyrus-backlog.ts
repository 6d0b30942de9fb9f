// A burst against each master's default backlog.

import type { CyrusBacklog } from '../../bench/cyrus/backlog.ts';
import type { Part } from './part.ts';
import { fixed, table } from './text.ts';

export const part: Part = {
  name: 'cyrus-backlog',
  heading: 'A burst against the default backlog',
  render({ clients, limitMs, backlog, sides }: CyrusBacklog) {
    const ours = sides.preforkd.neverGreeted;
    return {
      markdown: `
${clients} held connections at once, each master with the listen backlog that it has by itself. The client whose last ACK
finds the queue full believes that it is connected (SYN cookies), and waits for a server that speaks first.

${table(
  ['master', 'backlog', `never greeted within ${limitMs / 1_000} s`, 'last greeting, ms'],
  (['cyrus', 'preforkd'] as const).map((side) => [
    side,
    String(backlog[side]),
    String(sides[side].neverGreeted),
    fixed(sides[side].greetedMaxMs, 0),
  ]),
)}`,
      plots: [],
      goals: [
        {
          figure: `clients never served: burst of ${clients} at the default backlog`,
          goal: '0',
          measured: String(ours),
          met: ours === 0,
        },
      ],
    };
  },
};

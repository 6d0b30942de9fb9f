// Sessions that end at once, at Cyrus's master and ours: where starting too many workers makes everybody slower.

import type { CyrusShort } from '../../bench/cyrus/short.ts';
import type { Part } from './part.ts';
import { fixed, table } from './text.ts';

const RATIO_MOST = 1.05;

export const part: Part = {
  name: 'cyrus-short',
  heading: 'Short sessions: Cyrus master (C) and preforkd, on imapd',
  render({ clients, rounds, rows, worstToBest }: CyrusShort) {
    return {
      markdown: `
${clients} clients connect at once, and say goodbye as soon as they are greeted; ${rounds} rounds in turn, medians in milliseconds.

${table(
  ['prefork', 'master', 'p50 greeting', 'p99 greeting', 'last client gone', 'workers started'],
  rows.flatMap(({ prefork, sides }) =>
    (['cyrus', 'preforkd'] as const).map((side) => {
      const { greetedP50Ms, greetedP99Ms, lastMs, forks } = sides[side];
      return [
        String(prefork),
        side,
        ...[greetedP50Ms, greetedP99Ms, lastMs].map((value) => fixed(value, 0)),
        String(forks),
      ];
    }),
  ),
)}
`,
      plots: [],
      goals: [
        {
          figure: `${clients} short sessions: ours at its slower setting / Cyrus at its quicker one`,
          goal: `at most ${RATIO_MOST}`,
          measured: fixed(worstToBest, 2),
          met: Number(fixed(worstToBest, 2)) <= RATIO_MOST,
          why: 'every worker that is started costs as much as some twenty-five sessions on one that lives',
        },
      ],
    };
  },
};

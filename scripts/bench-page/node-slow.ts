// A burst of slow requests at the same Node program: a fixed number of workers against workers on demand.

import type { NodeSlow } from '../../bench/node/slow.ts';
import { LEGEND_OF, leftOutLines, ms, SAYS, TONE_OF, whole } from './node-sides.ts';
import type { Part } from './part.ts';
import { bars } from './plots.ts';
import { table } from './text.ts';

type Kind = NodeSlow['kinds'][number];

export const part: Part = {
  name: 'node-slow',
  heading: 'A Node service: a burst of slow requests',
  render({ requests, repetitions, leftOut, kinds }: NodeSlow) {
    return {
      markdown: `
${requests} requests at once, a connection each; medians of ${repetitions} bursts, in turn. "On demand" is \`clientlimit=1\` with a larger \`maxchild\`: a
worker for each client, and more of them while clients wait. That is right for a handler that blocks its process, and wrong for
one that only waits: there a worker for many clients is enough, and each new one costs a start of Node.
${leftOutLines(leftOut)}
${kinds.map(kindText).join('\n')}`,
      plots: [plotOf(kinds)],
      goals: [],
    };
  },
};

function kindText({ kind, what, sides }: Kind): string {
  const rows = sides.map(({ side, p50, lastMs, workers, lost }) => [
    SAYS[side],
    ms(p50),
    ms(lastMs),
    whole(workers),
    whole(lost),
  ]);
  return `**It ${kind}**: ${what}\n\n${table(['', 'p50, ms', 'last, ms', 'workers that answered', 'lost'], rows)}`;
}

function plotOf(kinds: readonly Kind[]) {
  const names = kinds[0]?.sides.map(({ side }) => side) ?? [];
  return {
    name: 'node-slow',
    title: 'Until the last of the burst is answered',
    option: bars(
      kinds.map(({ kind }) => `it ${kind}`),
      names.map((name) => ({
        name: LEGEND_OF[name],
        tone: TONE_OF[name],
        values: kinds.map(({ sides }) => sides.find(({ side }) => side === name)?.lastMs ?? null),
      })),
      { unit: 'ms' },
    ),
  };
}

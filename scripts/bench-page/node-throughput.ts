// The same Node program under preforkd, node:cluster and pm2: how much steady load it carries, at what cost.

import type { NodeThroughput } from '../../bench/node/throughput.ts';
import { LEGEND_OF, leftOutLines, ms, SAYS, TONE_OF, whole } from './node-sides.ts';
import type { Goal, Part } from './part.ts';
import { bars } from './plots.ts';
import { fixed, range, table } from './text.ts';

type Loop = NodeThroughput['loops'][number];

const RATIO_MIN = 1;
const LOADS: Readonly<Record<Loop['mode'], string>> = {
  'keep-alive': 'HTTP, connections kept',
  connections: 'HTTP, a connection each',
  echo: 'echo of a line',
};

const WHY: Readonly<Record<Loop['mode'], string>> = {
  'keep-alive':
    'no master takes part in a request on a connection that is kept: both sides run the same code in as many processes, and what differs is the spread of the rounds (in brackets).',
  connections:
    'in the profile of a worker, what is ours of a connection is the write to the status channel, and the turn of the master that it wakes: gathered in a rush, still there. A longer gathering would make it less.',
  echo: 'no goal',
};

export const part: Part = {
  name: 'node-throughput',
  heading: 'A Node service: steady load',
  render({ workers, rounds, leftOut, loops, storm }: NodeThroughput) {
    return {
      markdown: `
One program (a small JSON answer, or an echo), ${workers} workers of it under each side, the same load generator. **The generator
shares the processors with the servers**: a side that costs less leaves it more, and the ratios are those of the whole. As fast
as ${loops[0]?.clients ?? 0} clients can, medians of ${rounds} rounds in turn; CPU is that of a side's master and workers. With preforkd and SCHED_NONE the
workers accept from a shared socket; with round-robin the primary accepts and hands connections over.
${leftOutLines(leftOut)}
${loops.map(loopText).join('\n')}
**A storm of ${storm.perSecond} requests a second**, a connection each, planned and not delayed by slow answers; latency from the planned moment:

${table(
  ['', 'p50, ms', 'p99, ms', 'failed'],
  storm.sides.map(({ side, p50, p99, failed }) => [SAYS[side], ms(p50), ms(p99), whole(failed)]),
)}`,
      plots: [plotOf(loops)],
      goals: loops.filter(({ mode }) => mode !== 'echo').flatMap(goalOf),
    };
  },
};

function loopText({ mode, sides, ratios }: Loop): string {
  const rows = sides.map(({ side, perSecond, p50, p99, cpuMsPerRequest, busiestShare, lost }) => {
    const ratio = ratios.find(({ to }) => to === side)?.paired;
    return [
      SAYS[side],
      whole(perSecond),
      ratio ? range(ratio, 2) : '',
      ms(p50),
      ms(p99),
      whole(cpuMsPerRequest * 1_000),
      busiestShare === null ? '' : `${whole(busiestShare * 100)} %`,
      whole(lost),
    ];
  });
  const head = [
    '',
    'a second',
    'ours / theirs',
    'p50, ms',
    'p99, ms',
    'CPU each, µs',
    'busiest worker',
    'lost',
  ];
  return `**${LOADS[mode]}**\n\n${table(head, rows)}`;
}

function plotOf(loops: readonly Loop[]) {
  const names = loops[0]?.sides.map(({ side }) => side) ?? [];
  const series = names.map((name) => ({
    name: LEGEND_OF[name],
    tone: TONE_OF[name],
    values: loops.map(({ sides }) => sides.find(({ side }) => side === name)?.perSecond ?? null),
  }));
  return {
    name: 'node-throughput',
    title: 'Requests a second, generator and servers on the same processors',
    option: bars(
      loops.map(({ mode }) => LOADS[mode]),
      series,
      { unit: 'a second' },
    ),
  };
}

function goalOf({ mode, ratios }: Loop): readonly Goal[] {
  const ratio = ratios.find(({ to }) => to === 'cluster')?.paired;
  if (!ratio) return [];
  return [
    {
      figure: `${LOADS[mode]}: throughput, preforkd / node:cluster`,
      goal: `at least ${fixed(RATIO_MIN, 1)}`,
      measured: range(ratio, 2),
      met: ratio.median >= RATIO_MIN,
      why: WHY[mode],
    },
  ];
}

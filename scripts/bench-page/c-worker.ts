// The masters' own cost, with the tiny C worker.

import type { CWorker } from '../../bench/cyrus/c-worker.ts';
import type { Part } from './part.ts';
import { fixed, table } from './text.ts';

const RATIO_MOST = 1;

export const part: Part = {
  name: 'c-worker',
  heading: 'The same C worker under both masters',
  render({ rounds, bursts, forksBefore, forks, steady, steadyCpuRatio }: CWorker) {
    const head = [
      '',
      'master',
      'until the last greeting, ms',
      'CPU of the master per fork, ms',
      'forks per second',
    ];
    const burstRows = bursts.flatMap(({ clients, sides }) =>
      (['cyrus', 'preforkd'] as const).map((side) => {
        const { lastMs, masterCpuMs, forks: made } = sides[side];
        return [`burst of ${clients}`, side, fixed(lastMs, 0), fixed(masterCpuMs / made, 3), ''];
      }),
    );
    const steadyRows = (['cyrus', 'preforkd'] as const).map((side) => [
      'in the long run',
      side,
      '',
      fixed(steady[side].cpuPerForkMs, 3),
      fixed(steady[side].forksPerSecond, 0),
    ]);
    return {
      markdown: `
A static worker in C that is up at once, so that the master's own cost is seen. Bursts of held connections at a master that has
just started, ${rounds} rounds in turn, medians; and ${forks.toLocaleString('en')} sessions with a worker of their own each, at a master that has
started ${forksBefore.toLocaleString('en')} workers before.

${table(head, [...burstRows, ...steadyRows])}`,
      plots: [],
      goals: [
        {
          figure: 'master CPU per fork in the long run (C worker), ours / Cyrus',
          goal: `at most ${RATIO_MOST}`,
          measured: fixed(steadyCpuRatio, 2),
          met: Number(fixed(steadyCpuRatio, 2)) <= RATIO_MOST,
          why: 'see the profile in [ADR 7](../adr/0007-a-childs-environment-is-made-once.md)',
        },
      ],
    };
  },
};

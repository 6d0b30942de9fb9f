// Fork fails, and there is room again.

import type { CyrusForkFailure, ForkFailure } from '../../bench/cyrus/fork-failure.ts';
import type { Part } from './part.ts';
import { fixed, table } from './text.ts';

export const part: Part = {
  name: 'cyrus-fork-failure',
  heading: 'Fork fails',
  render({ clients, room, deaths, sides }: CyrusForkFailure) {
    const never = clients - sides.preforkd.servedInTheEnd;
    return {
      markdown: `
${clients} held connections, and RLIMIT_NPROC leaves room for ${room} workers. Then the limit is lifted. In a second run ${deaths} workers are
killed in the shortage, so that there is room for as many, and SIGTERM is sent while clients are queued.

${table(
  ['', 'cyrus', 'preforkd'],
  ROWS.map(([name, text]) => [name, text(sides.cyrus), text(sides.preforkd)]),
)}`,
      plots: [],
      goals: [
        {
          figure: 'clients never served: fork failure, once there is room again',
          goal: '0',
          measured: String(never),
          met: never === 0,
        },
      ],
    };
  },
};

const ROWS: readonly (readonly [string, (side: ForkFailure) => string])[] = [
  ['served in the shortage', ({ servedInShortage }) => String(servedInShortage)],
  [
    'CPU of the master meanwhile',
    ({ cpuShareInShortage }) => `${fixed(cpuShareInShortage * 100, 1)} % of a processor`,
  ],
  ['served once there was room', ({ servedInTheEnd }) => String(servedInTheEnd)],
  ['second run: zombies left of the killed', ({ zombies }) => String(zombies)],
  ['second run: served, the killed included', ({ servedAfterDeaths }) => String(servedAfterDeaths)],
  [
    'second run: SIGTERM',
    ({ ended, endedAfterMs }) =>
      ended
        ? `ended after ${fixed(endedAfterMs, 0)} ms`
        : `not ended after ${fixed(endedAfterMs / 1_000, 0)} s, killed`,
  ],
];

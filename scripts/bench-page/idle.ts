// What a master costs that has nothing to do.

import type { IdleResult } from '../../bench/micro/idle.ts';
import type { Part } from './part.ts';
import { fixed, megabytes, table } from './text.ts';

const RSS_MAX_BYTES = 80e6;
const TURNS_PER_SECOND_MAX = 1;

export const part: Part = {
  name: 'idle',
  heading: 'A master at rest',
  render(idle: IdleResult) {
    const all = idle.wakeUps.reduce((sum, { perSecond }) => sum + perSecond, 0);
    const turns = fixed(idle.turnsPerSecond, 2);
    const rows = [
      ['turns of the supervisor per second', turns],
      ['resident memory', megabytes(idle.rssBytes)],
      ['its peak', megabytes(idle.rssPeakBytes)],
      ['proportional share of it (Pss)', megabytes(idle.pssBytes)],
      ['CPU', `${fixed(idle.cpuShare * 100, 2)} % of one processor`],
      ['voluntary context switches per second, all threads', fixed(all, 1)],
    ];
    return {
      markdown: `
Three services with ${idle.workers} sleeping workers in all, left alone for ${idle.seconds} s.

${table(['', 'measured'], rows)}
The supervisor makes its one heartbeat a second. The other switches are those of Node's event loop, its thread pool and
V8's own threads.
`,
      plots: [],
      goals: [
        {
          figure: 'wake-ups of the supervisor per second, while idle',
          goal: `at most ${TURNS_PER_SECOND_MAX}`,
          measured: turns,
          met: Number(turns) <= TURNS_PER_SECOND_MAX,
        },
        {
          figure: 'resident memory of a master at rest',
          goal: `under ${megabytes(RSS_MAX_BYTES)}`,
          measured: megabytes(idle.rssBytes),
          met: idle.rssBytes < RSS_MAX_BYTES,
        },
      ],
    };
  },
};

// Whether a turn costs more when more workers live: the core's own part, and the kernel's.

import type { TurnResult } from '../../bench/micro/turn.ts';
import type { Goal, Part } from './part.ts';
import { lines } from './plots.ts';
import { fixed, megabytes, range, table } from './text.ts';

const RATIO_MAX = 1.2;

export const part: Part = {
  name: 'turn',
  heading: 'Turn time against live workers',
  render({ rows, descriptorsPerWorker, perWorker, wakeRatio, replaceRatio }: TurnResult) {
    const cells = rows.map(({ workers, wakeUs, replaceUs, grownBy }) => [
      workers.toLocaleString('en'),
      range(wakeUs, 1),
      range(replaceUs, 0),
      megabytes(grownBy.heapBytes),
      megabytes(grownBy.rssBytes),
    ]);
    const ratios = ['ratio, most to fewest', fixed(wakeRatio, 2), fixed(replaceRatio, 2), '', ''];
    return {
      markdown: `
Sleeping workers on the real port. A turn that is only woken, measured turn about in one process; and one worker's end
with its replacement (told, collected, spawned anew), in a process of its own for each size. Medians in microseconds,
10th and 90th percentile in brackets. Memory: how much the process has grown with its workers.

${table(['live workers', 'woken turn', 'end and replacement', 'heap', 'resident'], [...cells, ratios])}
The woken turn is the core's own cost: it does not grow. What grows in the replacement is the work on the table of
descriptors at a spawn ([measured apart](#a-spawn-against-open-descriptors); here ${descriptorsPerWorker} per worker: the limit of descriptors of
the machine decides whether a sleeper keeps its channel and outputs open). A worker's record takes ${fixed(perWorker.heapBytes, 0)} bytes of heap;
the process grows by ${fixed(perWorker.rssBytes, 0)} bytes for each.
`,
      plots: [
        {
          name: 'turn',
          title: 'Turn time against live workers, medians',
          option: lines(
            { name: 'live workers', logarithmic: true },
            [
              {
                name: 'woken turn',
                tone: 'blue',
                points: rows.map(({ workers, wakeUs }) => [workers, wakeUs.median]),
              },
              {
                name: 'end and replacement',
                tone: 'amber',
                points: rows.map(({ workers, replaceUs }) => [workers, replaceUs.median]),
              },
            ],
            { unit: 'µs', logarithmic: true },
          ),
        },
      ],
      goals: [goal(wakeRatio)],
    };
  },
};

function goal(wakeRatio: number): Goal {
  return {
    figure: 'turn time at 10,000 live workers, against 10',
    goal: `at most ${RATIO_MAX}`,
    measured: fixed(wakeRatio, 2),
    met: wakeRatio <= RATIO_MAX,
  };
}

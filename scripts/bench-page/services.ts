// Whether a turn costs more when there are more services, and what they take.

import type { ServicesResult } from '../../bench/micro/services.ts';
import type { Part } from './part.ts';
import { lines } from './plots.ts';
import { fixed, range, table } from './text.ts';

export const part: Part = {
  name: 'services',
  heading: 'Turn time against services',
  render({ rows, perService }: ServicesResult) {
    const cells = rows.map(({ services, watched, wakeUs, turnsPerSecond }) => [
      String(services),
      String(watched),
      range(wakeUs, 1),
      fixed(turnsPerSecond, 2),
    ]);
    return {
      markdown: `
Services with one sleeping worker each, and every listener in the poll set. A turn that is only woken, measured turn
about in one process (medians in microseconds, 10th and 90th percentile in brackets); and how many turns a master makes by itself.

${table(['services', 'descriptors polled', 'woken turn', 'turns per second at rest'], cells)}
A service makes each turn ${fixed(perService.wakeUs, 2)} µs longer: its queue is read and its policy asked. With its worker it takes
${kilobytes(perService.heapBytes)} of heap and ${kilobytes(perService.rssBytes)} of resident memory. How many services there are is the administrator's choice, and
does not grow with clients; wake-ups do not grow with it either.
`,
      plots: [
        {
          name: 'services',
          title: 'A woken turn against services, median',
          option: lines(
            { name: 'services' },
            [
              {
                name: 'woken turn',
                tone: 'blue',
                points: rows.map(({ services, wakeUs }) => [services, wakeUs.median]),
              },
            ],
            { unit: 'µs' },
          ),
        },
      ],
      goals: [],
    };
  },
};

function kilobytes(bytes: number): string {
  return `${fixed(bytes / 1e3, 1)} kB`;
}

// Whether a spawn takes longer in a large master, and what keeps it from that.

import type { DescriptorsResult } from '../../bench/micro/descriptors.ts';
import type { Part } from './part.ts';
import { lines } from './plots.ts';
import { fixed, range, table } from './text.ts';

export const part: Part = {
  name: 'descriptors',
  heading: 'A spawn against open descriptors',
  render({ rows }: DescriptorsResult) {
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) throw new Error('nothing was measured');
    const more = (last.descriptors - first.descriptors) / 1_000;
    const cells = rows.map(({ descriptors, portUs, closingUs }) => [
      descriptors.toLocaleString('en'),
      range(portUs, 0),
      range(closingUs, 0),
    ]);
    const port = (last.portUs.median - first.portUs.median) / more;
    const closing = (last.closingUs.median - first.closingUs.median) / more;
    return {
      markdown: `
The call that starts /bin/true, in a process with so many descriptors open besides: as the port makes it, which marks all
that the child is not given to close itself (\`close_range\` with CLOSE_RANGE_CLOEXEC, before each spawn); and with the
child closing them before it executes, turn about. Medians in microseconds, 10th and 90th percentile in brackets.

${table(['open descriptors', "the port's spawn", 'the child closes'], cells)}
A thousand descriptors more cost ${fixed(port, 1)} µs as the port makes it, which is the kernel's copy of the table, and ${fixed(closing, 1)} µs where
the child closes them: the parent waits until its child has a memory of its own, and that closing comes before it. What
closes itself at exec is closed after it, when nobody waits.
`,
      plots: [
        {
          name: 'descriptors',
          title: 'One spawn against open descriptors, medians',
          option: lines(
            { name: 'open descriptors' },
            [
              {
                name: "the port's spawn",
                tone: 'blue',
                points: rows.map(({ descriptors, portUs }) => [descriptors, portUs.median]),
              },
              {
                name: 'the child closes',
                tone: 'grey',
                points: rows.map(({ descriptors, closingUs }) => [descriptors, closingUs.median]),
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

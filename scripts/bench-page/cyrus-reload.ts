// A reload in the middle of a burst.

import type { CyrusReload } from '../../bench/cyrus/reload.ts';
import type { Part } from './part.ts';
import { table } from './text.ts';

export const part: Part = {
  name: 'cyrus-reload',
  heading: 'A reload in a burst',
  render({ prefork, clients, rounds, sides }: CyrusReload) {
    return {
      markdown: `
SIGHUP while the first workers of a burst of ${clients} held connections are starting, prefork=${prefork}; ${rounds} rounds, added up. A
worker that has not yet set its handlers dies of the signal.

${table(
  ['master', `never greeted, of ${clients * rounds}`, 'rounds after which nobody was served any more'],
  (['cyrus', 'preforkd'] as const).map((side) => [
    side,
    String(sides[side].neverGreeted),
    `${sides[side].dead} of ${rounds}`,
  ]),
)}`,
      plots: [],
      goals: [
        {
          figure: 'clients never served: a reload in a burst',
          goal: '0',
          measured: String(sides.preforkd.neverGreeted),
          met: sides.preforkd.neverGreeted === 0,
        },
      ],
    };
  },
};

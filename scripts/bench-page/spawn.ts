// What it costs the master to start a program, through the port and through Node's own child_process.

import type { Side, SpawnResult } from '../../bench/micro/spawn.ts';
import type { Part } from './part.ts';
import { bars } from './plots.ts';
import { fixed, table } from './text.ts';

export const part: Part = {
  name: 'spawn',
  heading: 'Master CPU per spawn',
  render({ rounds, spawnsPerRound, osSpawn, childProcessSpawn, ratio }: SpawnResult) {
    const rows = [
      row("the port's spawn", osSpawn),
      row('child_process.spawn', childProcessSpawn),
      ['ratio', fixed(ratio.cpu, 1), fixed(ratio.call, 1), fixed(ratio.wall, 1)],
    ];
    const heights = ({ cpuMsMedian, callMsMedian, wallMsMedian }: Side) => [
      cpuMsMedian,
      callMsMedian,
      wallMsMedian,
    ];
    return {
      markdown: `
\`/bin/true\`, spawned and collected one after another; ${rounds} rounds of ${spawnsPerRound} spawns for each side, in turn.
Medians in milliseconds, least and most in brackets. "call" is how long the spawning thread is kept.

${table(['', 'CPU', 'call', 'spawn to collected exit'], rows)}`,
      plots: [
        {
          name: 'spawn',
          title: 'One spawn of /bin/true, medians',
          option: bars(
            ['CPU of the master', 'the call', 'to collected exit'],
            [
              { name: "the port's spawn", tone: 'blue', values: heights(osSpawn) },
              { name: 'child_process.spawn', tone: 'grey', values: heights(childProcessSpawn) },
            ],
            { unit: 'ms' },
          ),
        },
      ],
      goals: [],
    };
  },
};

function row(name: string, side: Side): readonly string[] {
  return [
    name,
    `${fixed(side.cpuMsMedian, 3)} (${fixed(side.cpuMsLeast, 3)}-${fixed(side.cpuMsMost, 3)})`,
    fixed(side.callMsMedian, 3),
    fixed(side.wallMsMedian, 3),
  ];
}

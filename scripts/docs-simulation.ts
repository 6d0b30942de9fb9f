// docs/generated/SIMULATION.md: what can go wrong in the simulator and what its oracle judges, from the code's own
// tables (test/sim/faults.ts, test/sim/oracle/rules.ts).

import { FAULTS, faultsOf, type Room } from '../test/sim/faults.ts';
import { RULES } from '../test/sim/oracle/rules.ts';

/** Of the page, from the root. */
export const path = 'docs/generated/SIMULATION.md';

const ROOMS: Record<Room, string> = {
  port: 'The port says so (`src/os/chaos.ts`; also `preforkd run --chaos`)',
  worker: 'A child of the master behaves so (`src/os/sim/programs`)',
  client: 'A client',
  operator: 'An administrator',
  world: 'The machine and the world around it',
};

const INTRODUCTION = `<!-- Made by scripts/docs-simulation.ts from test/sim. Do not edit. -->

# Faults and rules of the simulator

What the simulator is and how to run it: [SIMULATOR.md](../SIMULATOR.md).
`;

export function generate(): string {
  const rooms = Object.entries(ROOMS).map(([room, title]) => {
    const rows = faultsOf(room as Room).map((name) => [name, FAULTS[name]?.sentence ?? '']);
    return `### ${title}\n\n${table('fault', rows)}`;
  });
  const count = Object.keys(FAULTS).length;
  return [
    INTRODUCTION,
    `## ${count} faults\n\n${rooms.join('\n\n')}`,
    `## ${Object.keys(RULES).length} rules\n\n${table('rule', Object.entries(RULES))}\n`,
  ].join('\n');
}

function table(head: string, rows: readonly (readonly string[])[]): string {
  return [
    `| ${head} | what it is |`,
    '| --- | --- |',
    ...rows.map(([name, says]) => `| ${name} | ${says} |`),
  ].join('\n');
}

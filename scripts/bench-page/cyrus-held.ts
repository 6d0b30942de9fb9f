// Bursts of clients that stay, at Cyrus's master and ours: the first goal of the project.

import type { CyrusHeld, HeldRow } from '../../bench/cyrus/held.ts';
import type { Goal, Part, Plot } from './part.ts';
import { bars } from './plots.ts';
import { fixed, megabytes, table } from './text.ts';

const LAST_RATIO_MOST = 0.65;
const CPU_RATIO_MOST = 1;
const GOAL_CLIENTS: readonly number[] = [200, 500];
const WHY_CPU =
  'a master that has just started runs code that V8 has not compiled yet, and imapd empties the caches between two of its ' +
  'turns. The profile is in [ADR 7](../adr/0007-a-childs-environment-is-made-once.md): more than half is the interpreter and ' +
  'its inline caches, a third the kernel. With a worker that leaves the processor alone the ratio is lower, and in the long ' +
  'run below 1 (the C worker, below). To change it, a master would have to run through a storm before its first client.';

export const part: Part = {
  name: 'cyrus-held',
  heading: 'Held connections: Cyrus master (C) and preforkd, on imapd',
  render({ rounds, backlog, rows }: CyrusHeld) {
    return {
      markdown: `
All clients of a burst connect at once and stay, so each needs a worker of its own: Debian's \`imapd\`, the same program
with the same configuration under both masters, backlog ${backlog.toLocaleString('en')} on both sides; ${rounds} rounds in turn, medians in milliseconds.
Counted is from the first connect to each greeting. "CPU per fork" is the whole master process's, all threads.

${table(
  [
    'clients',
    'prefork',
    'master',
    'p50',
    'p95',
    'p99',
    'last greeting',
    'never',
    'forks',
    'CPU per fork',
    'RSS',
  ],
  rows.flatMap(cells),
)}
Cyrus starts one worker at a time for each service, and the next when the one before has taken a client. preforkd starts
as many as are queued, within a start cap that follows the processors. What is left is imapd's own start-up, most of it
dynamic linking, of which both sides pay the same.
`,
      plots: [plot(rows, 0), plot(rows, 5)],
      goals: rows
        .filter(({ clients, prefork }) => prefork === 0 && GOAL_CLIENTS.includes(clients))
        .flatMap(goals),
    };
  },
};

function cells({ clients, prefork, sides, lastRatio, cpuPerForkRatio }: HeldRow): string[][] {
  const sideCells = (['cyrus', 'preforkd'] as const).map((side) => {
    const {
      greetedP50Ms,
      greetedP95Ms,
      greetedP99Ms,
      lastMs,
      neverGreeted,
      forks,
      masterCpuMs,
      masterRssBytes,
    } = sides[side];
    return [
      String(clients),
      String(prefork),
      side,
      ...[greetedP50Ms, greetedP95Ms, greetedP99Ms, lastMs].map((value) => fixed(value, 0)),
      String(neverGreeted),
      String(forks),
      fixed(masterCpuMs / forks, 3),
      megabytes(masterRssBytes),
    ];
  });
  return [
    ...sideCells,
    ['', '', '**ratio**', '', '', '', `**${fixed(lastRatio, 2)}**`, '', '', fixed(cpuPerForkRatio, 2), ''],
  ];
}

function goals({ clients, sides, lastRatio, cpuPerForkRatio }: HeldRow): Goal[] {
  return [
    {
      figure: `${clients} held connections on imapd, prefork=0: time until the last greeting, ours / Cyrus`,
      goal: `at most ${LAST_RATIO_MOST}`,
      measured: fixed(lastRatio, 2),
      met: Number(fixed(lastRatio, 2)) <= LAST_RATIO_MOST && sides.preforkd.neverGreeted === 0,
      why: 'the start-up of imapd takes the processors; see the policies without a start cap for the bound',
    },
    {
      figure: `${clients} held connections on imapd: master CPU per fork, ours / Cyrus`,
      goal: `at most ${CPU_RATIO_MOST}`,
      measured: fixed(cpuPerForkRatio, 2),
      met: Number(fixed(cpuPerForkRatio, 2)) <= CPU_RATIO_MOST,
      why: WHY_CPU,
    },
  ];
}

function plot(rows: readonly HeldRow[], prefork: number): Plot {
  const own = rows.filter((row) => row.prefork === prefork);
  const of = (side: 'cyrus' | 'preforkd') => own.map(({ sides }) => Math.round(sides[side].lastMs));
  return {
    name: `cyrus-held-${prefork}`,
    title: `Until the last of the burst was greeted, prefork=${prefork}`,
    option: bars(
      own.map(({ clients }) => `${clients} clients`),
      [
        { name: 'Cyrus master (C)', tone: 'amber', values: of('cyrus') },
        { name: 'preforkd', tone: 'blue', values: of('preforkd') },
      ],
      { unit: 'ms' },
    ),
  };
}

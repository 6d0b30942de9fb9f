// What a master costs that has nothing to do, and which of its threads are woken all the same.

import type { IdleResult } from '../../bench/micro/idle.ts';
import type { Goal, Part } from './part.ts';
import { bars } from './plots.ts';
import { fixed, megabytes, table } from './text.ts';

const RSS_MAX_BYTES = 80e6;
const WAKE_UPS_PER_SECOND_MAX = 1;

const OF = {
  supervisor: 'its heartbeat: one turn a second, which is the goal',
  'event loop': "the sampler's timer and the answers of the pool; V8's own timers",
  "libuv's pool": 'reads /proc of each worker, at every `sampling interval` (10 s as it comes)',
  "V8's workers": 'collections of garbage, and what they have put off',
  other: "Node's own",
} as const;

export const part: Part = {
  name: 'idle',
  heading: 'A master at rest',
  render(idle: IdleResult) {
    const kinds = Object.keys(OF) as (keyof typeof OF)[];
    const threads = kinds.map((kind) => [
      kind,
      fixed(perSecond(idle, kind), 2),
      fixed(perSecond(idle.bare, kind), 2),
      OF[kind],
    ]);
    const shown = kinds.filter((kind) => kind !== 'other');
    return {
      markdown: `
Three services with ${idle.workers} sleeping workers in all, left alone for ${idle.seconds} s: as it comes, and beside it one without
HTTP and without samples of its workers (\`http listen=off\`, \`sampling interval=off\`). Wake-ups are voluntary context
switches, by what the thread waits in.

${table(
  ['wake-ups per second', 'as it comes', 'without HTTP and samples', ''],
  [...threads, ['all', fixed(all(idle), 2), fixed(all(idle.bare), 2), '']],
)}
${table(
  ['', 'as it comes', 'without'],
  [
    ['resident memory', megabytes(idle.rssBytes), megabytes(idle.bare.rssBytes)],
    ['its peak', megabytes(idle.rssPeakBytes), megabytes(idle.bare.rssPeakBytes)],
    ['proportional share of it (Pss)', megabytes(idle.pssBytes), megabytes(idle.bare.pssBytes)],
    ['CPU, of one processor', percent(idle.cpuShare), percent(idle.bare.cpuShare)],
  ],
)}`,
      plots: [
        {
          name: 'idle',
          title: 'Wake-ups per second of a master at rest',
          option: bars(
            shown,
            [
              { name: 'as it comes', tone: 'blue', values: shown.map((kind) => perSecond(idle, kind)) },
              {
                name: 'without HTTP and samples',
                tone: 'grey',
                values: shown.map((kind) => perSecond(idle.bare, kind)),
              },
            ],
            { unit: 'per second' },
          ),
        },
      ],
      goals: goalsOf(idle),
    };
  },
};

type Woken = Pick<IdleResult, 'wakeUps'>;

function perSecond({ wakeUps }: Woken, kind: keyof typeof OF): number {
  return wakeUps.filter(({ thread }) => thread === kind).reduce((sum, each) => sum + each.perSecond, 0);
}

function all({ wakeUps }: Woken): number {
  return wakeUps.reduce((sum, each) => sum + each.perSecond, 0);
}

function goalsOf(idle: IdleResult): readonly Goal[] {
  const supervisor = fixed(perSecond(idle, 'supervisor'), 2);
  return [
    {
      figure: 'wake-ups of the supervisor per second, at rest',
      goal: `at most ${WAKE_UPS_PER_SECOND_MAX}`,
      measured: supervisor,
      met: Number(supervisor) <= WAKE_UPS_PER_SECOND_MAX,
    },
    {
      figure: 'wake-ups of the whole process per second, at rest',
      goal: `at most ${WAKE_UPS_PER_SECOND_MAX}`,
      measured: `${fixed(all(idle), 2)}; ${fixed(all(idle.bare), 2)} without HTTP and samples`,
      met: all(idle) <= WAKE_UPS_PER_SECOND_MAX,
      why: WHY_NOT_ALL,
    },
    {
      figure: 'resident memory of a master at rest',
      goal: `under ${megabytes(RSS_MAX_BYTES)}`,
      measured: megabytes(idle.rssBytes),
      met: idle.rssBytes < RSS_MAX_BYTES,
    },
  ];
}

const WHY_NOT_ALL =
  'the heartbeat alone is one a second. The rest is the sampler: pidusage reads /proc with asynchronous calls, each of ' +
  "which wakes a thread of libuv's pool and then the event loop, for every worker at every `sampling interval`. It would " +
  'end if samples were taken only while somebody looks (or has a maxrss); the table shows a master without it.';

function percent(share: number): string {
  return `${fixed(share * 100, 2)} %`;
}

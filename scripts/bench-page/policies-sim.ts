// The spawn policies of five systems in the same core, on the simulated kernel: what each does to the same storms.

import type { PoliciesSimResult } from '../../bench/policies/sim.ts';
import type { ToneName } from '../../bench/storm/report/theme.ts';
import type { Part, Plot } from './part.ts';
import { bars, lines } from './plots.ts';
import { fixed, table } from './text.ts';

type Storm = PoliciesSimResult['storms'][number];
type Row = Storm['rows'][number];

const OURS = 'queue-proportional';
const TONES: Readonly<Partial<Record<Row['policy'], ToneName>>> = {
  'queue-proportional': 'blue',
  'without-start-cap': 'grey',
  'one-at-a-time': 'amber',
  'apache-doubling': 'red',
  'php-fpm-dynamic': 'violet',
  'uwsgi-backlog': 'grey',
  'uwsgi-backlog-eager': 'green',
};
const DRAWN_CURVES: readonly Row['policy'][] = [
  'queue-proportional',
  'one-at-a-time',
  'apache-doubling',
  'php-fpm-dynamic',
  'uwsgi-backlog',
  'uwsgi-backlog-eager',
];
const DRAWN_BARS: readonly Row['policy'][] = ['queue-proportional', 'one-at-a-time', 'without-start-cap'];
const JUDGED: Readonly<Record<Storm['judged'], string>> = {
  lastGreetingMs: 'last greeting',
  lastOverMs: 'all served',
  p99Ms: 'p99 greeting',
};

const POLICIES = `- **ours**: proportional to the queue; then with a start cap that is always 2 (as many as the processors), without a start
  cap, and without \`released\`
- **one at a time**: Cyrus and Postfix, while a client waits and nobody is ready or starting; what is missing from prefork
  at once
- **Apache** (prefork MPM), **php-fpm** (\`pm = dynamic\`), **uWSGI** (\`cheaper-algo = backlog\`, with its defaults, and as 32 with
  \`cheaper-step = 32\`, \`cheaper-overload = 0\`): once a second and never in between
`;

export const part: Part = {
  name: 'policies-sim',
  heading: 'Spawn policies, simulated',
  render(result: PoliciesSimResult) {
    const { storms, seeds, processors, costs } = result;
    return {
      markdown: `
The product's core, unchanged but for the policy, on the simulated kernel. Medians of ${seeds} seeds; the same seed is the same
storm for every policy, and the same run on every machine. ${processors} processors, shared by all workers in slices; a worker takes
${costs.startMs} ms of them to start, ${costs.greetMs} ms to greet and ${costs.leaveMs} ms for the rest of a session, which is about what imapd takes; a spawn
keeps the master for ${costs.spawnMs} ms.

${POLICIES}
The storms:

${storms.map(({ name, says }) => `- **${name}**: ${says}\n`).join('')}
Milliseconds; "never" counts who was not greeted before the limit of the storm.

${judgedTable(storms)}
Workers spawned in the storm, and how many of them nobody came to (with prefork 5, five are there for the next):

${spawnedTable(storms)}
A session of a short storm is nothing but processor time here, and nobody in it waits for anything else: whoever spawns least
is the best at it. Where ours is not the best of all:

${notBest(storms)}
**Kind to the others:** the same spawn call and the same loop, which hears of a client or a word at once; an unlimited number
of workers; nothing ever fails; the master needs no processor of its own. **Unkind to them:** prefork stands for
MinSpareServers and its like, and Apache, php-fpm and uWSGI were made for requests that end, and for workers that are forked
without an exec and are up at once. Ending the idle is left out for all.
`,
      plots: [curves(storms), againstTheBest(storms)].filter((plot) => plot !== undefined),
      goals: [],
    };
  },
};

function policiesOf([first]: readonly Storm[]): readonly Row[] {
  return first?.rows ?? [];
}

function cellsBy(storms: readonly Storm[], cell: (storm: Storm, row: Row) => string): string[][] {
  return policiesOf(storms).map(({ policy, says }) => [
    says,
    ...storms.map((storm) => {
      const row = storm.rows.find((each) => each.policy === policy);
      return row ? cell(storm, row) : '';
    }),
  ]);
}

function judgedTable(storms: readonly Storm[]): string {
  const heads = storms.map(({ name, judged }) => `${name}: ${JUDGED[judged]}`);
  const cell = ({ judged }: Storm, row: Row) => {
    const { median } = row[judged];
    return median === null ? `${row.neverGreeted.median} never` : shown(median);
  };
  return table(['policy', ...heads], cellsBy(storms, cell));
}

function spawnedTable(storms: readonly Storm[]): string {
  const cell = (_: Storm, { spawned, wasted }: Row) => `${spawned.median} (${wasted.median})`;
  return table(['policy', ...storms.map(({ name }) => name)], cellsBy(storms, cell));
}

interface Ranked {
  readonly best: Row;
  readonly bestMs: number;
  readonly ours: number;
}

function ranked({ rows, judged }: Storm): Ranked | undefined {
  const finite = rows.flatMap((row) => {
    const { median } = row[judged];
    return median === null ? [] : [{ row, ms: median }];
  });
  const [first] = finite.toSorted((one, other) => one.ms - other.ms);
  const ours = finite.find(({ row }) => row.policy === OURS);
  return first && ours && { best: first.row, bestMs: first.ms, ours: ours.ms };
}

function notBest(storms: readonly Storm[]): string {
  const rows = storms.flatMap((storm) => {
    const found = ranked(storm);
    if (found === undefined || found.best.policy === OURS || found.ours <= found.bestMs) return [];
    const { best, bestMs, ours } = found;
    return [
      [storm.name, JUDGED[storm.judged], best.says, shown(bestMs), shown(ours), fixed(ours / bestMs, 2)],
    ];
  });
  if (rows.length === 0) return 'Nowhere.\n';
  return table(['storm', 'figure', 'best', 'ms', 'ours, ms', 'ratio'], rows);
}

function curves(storms: readonly Storm[]): Plot | undefined {
  const storm = storms.find(({ rows }) => rows.some(({ greeted }) => greeted.length > 0));
  if (storm === undefined) return undefined;
  const series = DRAWN_CURVES.flatMap((policy) => {
    const row = storm.rows.find((each) => each.policy === policy);
    // A logarithmic axis has no 0.
    const points = row?.greeted.map(([ms, clients]) => [Math.max(1, ms), clients] as const);
    return row && points ? [{ name: row.says, tone: TONES[policy] ?? 'grey', points }] : [];
  });
  const option = lines({ name: 'ms since they came', logarithmic: true }, series, {
    unit: 'clients greeted',
  });
  return { name: 'policies-sim-greeted', title: `Simulated: ${storm.says}`, option: withoutPoints(option) };
}

/** Fifty points on each line are no help. */
function withoutPoints(option: Plot['option']): Plot['option'] {
  const { series } = option as { series: readonly object[] };
  return { ...option, series: series.map((each) => ({ ...each, showSymbol: false })) };
}

function againstTheBest(storms: readonly Storm[]): Plot {
  const best = storms.map((storm) => ranked(storm)?.bestMs ?? Number.NaN);
  const series = DRAWN_BARS.map((policy) => ({
    name: policiesOf(storms).find((row) => row.policy === policy)?.says ?? policy,
    tone: TONES[policy] ?? 'grey',
    values: storms.map(({ rows, judged }, index) => {
      const median = rows.find((row) => row.policy === policy)?.[judged].median ?? null;
      return median === null ? null : median / (best[index] ?? Number.NaN);
    }),
  }));
  const names = storms.map(({ name }) => name);
  return {
    name: 'policies-sim-ratio',
    title: 'Simulated: time against the best policy of each storm (1 is the best)',
    option: bars(names, series, { unit: 'times the best', logarithmic: true }),
  };
}

function shown(ms: number): string {
  return ms < 100 ? fixed(ms, 1) : Math.round(ms).toLocaleString('en');
}

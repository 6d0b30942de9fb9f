// docs/CYRUS-DIFFERENCES.md, made from the scenarios: each declared difference with both values and its reason, and what
// is the same. Compared with the committed page by page.test.ts.

import type { Part, Row } from './row.ts';
import type { Chapter, Difference, Scenario, Value } from './scenario.ts';

const INTRODUCTION = `<!-- Made by test/differential/support/page.ts from the scenarios. Do not edit: UPDATE_GOLDEN=1 node scripts/test.mjs test/differential/page.test.ts -->

# Where preforkd differs from Cyrus's master

The same plain cyrus.conf and the same worker are run by Cyrus's own master (Debian's 3.6.1) and, with the same words of the
command line, by preforkd-cyrmaster, and what can be seen from outside is compared: who is alive, who is reachable, exit codes, what clients saw, which jobs ran
(\`test/differential/differential.test.ts\`). A difference that is not on this page fails the build. The two sides are given
by what was seen; everything else that a scenario looks at is the same under both.
`;

export function differencesPage(chapters: readonly Chapter[], parts: readonly Part[]): string {
  const all = chapters.flatMap(({ scenarios }) => scenarios);
  const rows = all.flatMap((scenario) =>
    (scenario.differs ?? []).map((difference) => row(scenario, difference)),
  );
  return [
    INTRODUCTION,
    '## The differences\n',
    "| what happens | seen | Cyrus's master | preforkd | why |",
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '\n## What is the same\n',
    `${all.filter(({ differs }) => differs === undefined).length} of ${all.length} scenarios show no difference at all.`,
    ...chapters.flatMap(same),
    '\n## What shows what\n',
    'What a drop-in must be right in, the number of scenarios that show it (and how many of them differ), and what shows the rest.\n',
    '| part | what | scenarios | beside them |',
    '| --- | --- | --- | --- |',
    ...parts.flatMap(({ title, rows }) => rows.map((one) => shown(title, one, all))),
    '',
  ].join('\n');
}

function row({ tells, outcome }: Scenario, { field, cyrus, why }: Difference): string {
  return `| ${[tells, field, text(cyrus), text(outcome[field]), why].join(' | ')} |`;
}

function shown(part: string, { row, by = [], elsewhere }: Row, all: readonly Scenario[]): string {
  const differing = all.filter(({ tells, differs }) => differs !== undefined && by.includes(tells)).length;
  const count = differing === 0 ? `${by.length}` : `${by.length} (${differing})`;
  return `| ${part} | ${row} | ${count} | ${elsewhere === undefined ? '' : `\`${elsewhere}\``} |`;
}

function text(value: Value | undefined): string {
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return typeof value === 'object' ? value.join(', ') : String(value);
}

function same({ title, scenarios }: Chapter): readonly string[] {
  const without = scenarios.filter(({ differs }) => differs === undefined);
  return without.length === 0 ? [] : [`\n### ${title}\n`, ...without.map(({ tells }) => `- ${tells}`)];
}

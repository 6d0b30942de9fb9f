// Puts the page of the benchmarks together: all goals first, then each part with its plots and the machine's line. What
// was not measured here is named with the command that would measure it, never left out in silence. Pure: results in,
// pages out. Called by scripts/docs-bench.ts.

import { CALM_BUSY_SHARE } from '../../bench/lib/calm.ts';
import type { Machine } from '../../bench/lib/statistics.ts';
import type { Goal, Part, Plot, Rendered } from './part.ts';
import { standalone } from './standalone.ts';
import { machineLine, table } from './text.ts';

/** What `npm run bench` has kept: at least this, and what its part knows. */
export interface Kept {
  readonly machine: Machine;
  /** How busy the machine was when it began. */
  readonly busyBefore?: number;
}

export interface Page {
  readonly markdown: string;
  /** Name of the plot -> SVG. */
  readonly pictures: ReadonlyMap<string, string>;
}

interface Told extends Rendered {
  readonly part: Part;
  readonly kept: Kept;
}

export function benchmarkPage(parts: readonly Part[], keptOf: (name: string) => Kept | undefined): Page {
  const told: Told[] = [];
  const missing: string[] = [];
  for (const part of parts) {
    const kept = keptOf(part.name);
    if (kept) told.push({ part, kept, ...part.render(kept as never) });
    else missing.push(part.name);
  }
  return {
    markdown: `${HEAD}
${goalsOf(told)}
${[...told.map(section), ...notMeasured(missing)].join('\n')}`,
    pictures: picturesOf(told),
  };
}

const HEAD = `<!-- Made by scripts/docs-bench.ts from bench/results. Do not edit. -->

# Benchmarks

\`npm run bench\` measures, \`npm run docs\` makes this page of what it kept in \`bench/results\`: no figure is typed by hand.
Both sides of a comparison run in the same run, in turn. Machines are shared: quote ratios and medians.
[How to run it and how to read it](../BENCHMARKS.md).
`;

function goalsOf(told: readonly Told[]): string {
  const goals = told.flatMap(({ part, goals }) => goals.map((goal) => ({ part, ...goal })));
  if (goals.length === 0) return '';
  const missed = goals.filter(({ met }) => !met);
  const rows = goals.map(({ part, figure, goal, measured, met }) => [
    `[${figure}](#${anchor(part.heading)})`,
    goal,
    measured,
    met ? 'met' : '**missed**',
  ]);
  return `## Goals

${goals.length - missed.length} of ${goals.length} are met.

${table(['figure', 'goal', 'measured', ''], rows)}${missed.map(whyMissed).join('')}`;
}

function whyMissed({ figure, why }: Goal): string {
  return `\n**${figure}**: ${why ?? 'missed, and nobody has said why.'}\n`;
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function section({ part, markdown, plots, kept }: Told): string {
  const rest = plots.filter(({ name }) => !markdown.includes(`(bench/${name}.svg)`));
  const pictures = rest.map((plot) => `![${titleOf(plot, part)}](bench/${plot.name}.svg)\n\n`).join('');
  return `## ${part.heading}

${markdown.trim()}

${pictures}${machineLine(kept.machine)}${unrest(kept)}
`;
}

function unrest({ busyBefore = 0 }: Kept): string {
  if (busyBefore < CALM_BUSY_SHARE) return '';
  return ` It was not at rest (${Math.round(busyBefore * 100)} % busy): to be measured again.`;
}

function titleOf(plot: Plot, part: Part): string {
  return plot.title ?? part.heading;
}

function picturesOf(told: readonly Told[]): ReadonlyMap<string, string> {
  const pictures = new Map<string, string>();
  for (const { part, plots } of told) {
    for (const plot of plots) {
      if (pictures.has(plot.name)) throw new Error(`two plots are named ${plot.name}`);
      pictures.set(plot.name, standalone(plot, titleOf(plot, part)));
    }
  }
  return pictures;
}

function notMeasured(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const lines = names.map((name) => `- ${name}: \`npm run bench ${name}\`\n`);
  return [`## Not measured here\n\n${lines.join('')}`];
}

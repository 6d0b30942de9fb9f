// Writes docs/generated/MUTANTS.md from the table of planted faults and from what the last `npm run sim:mutants` kept in
// test/sim/mutants/results.json: no figure is typed by hand.

import type { Mutant } from '../test/sim/mutants/mutant.ts';
import { type Caught, readResults, SEEDS_MOST } from '../test/sim/mutants/results.ts';
import { MUTANTS, SURVIVORS } from '../test/sim/mutants/table.ts';
import { RULES } from '../test/sim/oracle/rules.ts';

export const path = 'docs/generated/MUTANTS.md';

const cell = (text: string) => text.replaceAll('|', '\\|');

function row({ name, says, edits }: Mutant, caught: Caught | undefined): string {
  const files = [...new Set(edits.map(({ file }) => `\`${file}\``))].join(', ');
  const found = caught ? `${caught.seed} | \`${caught.rule}\`` : 'not caught |';
  return `| \`${name}\` | ${cell(says)} | ${files} | ${found} |\n`;
}

function summary(caught: readonly Caught[]): string {
  const seeds = caught.map(({ seed }) => seed).sort((first, second) => first - second);
  const within = (most: number) => seeds.filter((seed) => seed <= most).length;
  return (
    `${seeds.length} of ${MUTANTS.length} are caught within ${SEEDS_MOST.toLocaleString('en')} seeds: ` +
    `${within(10)} within ten, ${within(100)} within a hundred; the hardest needs ${seeds.at(-1) ?? 0}.`
  );
}

/** Only rules that have caught one: the whole list is in docs/generated/SIMULATION.md. */
function rules(caught: readonly Caught[]): string {
  return Object.entries(RULES)
    .map(([name, sentence]) => ({
      name,
      sentence,
      times: caught.filter(({ rule }) => rule === name).length,
    }))
    .filter(({ times }) => times > 0)
    .map(({ name, sentence, times }) => `| \`${name}\` | ${cell(sentence)} | ${times} |\n`)
    .join('');
}

export function generate(): string {
  const results = readResults();
  const caught = results.flatMap((result) => result.caught ?? []);
  const byName = new Map(results.map((result) => [result.name, result.caught]));
  return `<!-- Made by scripts/docs-mutants.ts from test/sim/mutants. Do not edit. -->

# Planted faults

The simulator has to find bugs: here are ${MUTANTS.length} that were planted for it. Each is what a tired engineer might have
written, as a replacement in the text of the core, applied to a copy (\`test/sim/mutants/table/\`); the core itself has no
planted code. \`npm run sim:mutants\` runs seeds 1, 2, 3, ... against each copy until the first that fails; the core
without any planted fault passes all of these seeds. \`test/sim/mutants/mutants.test.ts\` runs the seed of each again.

${summary(caught)}

| fault | what the careless change does | in | first seed that fails | rule of the oracle |
| --- | --- | --- | --- | --- |
${MUTANTS.map((mutant) => row(mutant, byName.get(mutant.name))).join('')}
## Not caught

${SURVIVORS.length} more were planted and not seen by a rule that is meant for them, in the hundreds of seeds that were tried. Each is a
wish for the oracle or for the scenario.

| fault | what the careless change does |
| --- | --- |
${SURVIVORS.map(({ name, says }) => `| \`${name}\` | ${cell(says)} |\n`).join('')}
## The rules that caught them

| rule | | times |
| --- | --- | --- |
${rules(caught)}`;
}

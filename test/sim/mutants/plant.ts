// Makes a copy of the source with one planted fault in it, in which the simulator (or a unit test) can be run. The
// copy stands below node_modules/.cache, so that packages are found and no linter looks at it. Called by hunt.ts and
// mutants.test.ts; never writes into the source itself.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Edit, Mutant } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const GARDEN = join(ROOT, 'node_modules/.cache/mutants');
const COPIED = ['package.json', 'tsconfig.json', 'src', 'test/sim', 'test/unit/core'];

/** Why the mutant does not fit the source any more; empty when it does. */
export function misfits({ name, edits }: Mutant): readonly string[] {
  return edits.flatMap((edit) => {
    const times = readFileSync(join(ROOT, 'src', edit.file), 'utf8').split(edit.find).length - 1;
    return times === 1
      ? []
      : [`${name}: stands ${times} times in src/${edit.file}, and not once:\n${edit.find}`];
  });
}

/** The path of a copy with the fault planted; without one for `undefined`. The caller uproots it. */
export function plant(mutant: Mutant | undefined): string {
  const wrong = mutant ? misfits(mutant) : [];
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  mkdirSync(GARDEN, { recursive: true });
  const copy = mkdtempSync(join(GARDEN, `${mutant?.name ?? 'none'}-`));
  for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  for (const edit of mutant?.edits ?? []) change(join(copy, 'src', edit.file), edit);
  return copy;
}

function change(file: string, { find, replace }: Edit): void {
  // By a function: a replacement text may hold `$&` and the like.
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(find, () => replace),
  );
}

export function uproot(copy: string): void {
  rmSync(copy, { recursive: true, force: true });
}

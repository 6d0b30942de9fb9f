// Import cycles among files: sets of files each of which reaches every other at run time (strongly connected
// components, by Tarjan's algorithm). Type-only imports leave nothing behind, so they make no cycle.

import { importsOf } from './imports.ts';
import { resolveRelative, type Source } from './tree.ts';

/** Each cycle as its sorted files. */
export function importCycles(sources: readonly Source[]): readonly (readonly string[])[] {
  const graph = new Map(sources.map((each) => [each.path, targets(each)]));
  return components(graph)
    .filter((files) => files.length > 1 || graph.get(files[0] ?? '')?.includes(files[0] ?? ''))
    .map((files) => [...files].sort())
    .sort();
}

function targets(each: Source): readonly string[] {
  return importsOf(each)
    .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
    .map(({ specifier }) => resolveRelative(each.path, specifier));
}

interface Visit {
  readonly index: number;
  low: number;
  open: boolean;
}

function components(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const visits = new Map<string, Visit>();
  const stack: string[] = [];
  const found: string[][] = [];

  function enter(file: string): Visit {
    const visit = { index: visits.size, low: visits.size, open: true };
    visits.set(file, visit);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      const known = visits.get(next);
      if (known === undefined) visit.low = Math.min(visit.low, enter(next).low);
      else if (known.open) visit.low = Math.min(visit.low, known.index);
    }
    if (visit.low === visit.index) found.push(close(file));
    return visit;
  }

  function close(root: string): string[] {
    const files = stack.splice(stack.indexOf(root));
    for (const file of files) (visits.get(file) as Visit).open = false;
    return files;
  }

  for (const file of graph.keys()) if (!visits.has(file)) enter(file);
  return found;
}

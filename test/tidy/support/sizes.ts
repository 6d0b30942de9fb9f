// How large files and functions are. Lines are counted from the first to the last, comments included: what has to
// be read is what counts. The limits are the house rules' (CONTRIBUTING.md, "Small rooms").

import ts from 'typescript';
import { everyNode, type Finding, lineOf, type Source } from './tree.ts';

export const FILE_LINES_MAX = 400;
export const FUNCTION_LINES_MAX = 70;
/** A file above this is written down in sizes.json, and may only shrink. */
export const FILE_LINES_RATCHET = 200;
/** Nine in ten are no larger than this (execa's library: 136 and 22). */
export const FILE_LINES_P90_MAX = 160;
export const FUNCTION_LINES_P90_MAX = 30;

export interface Size {
  readonly path: string;
  readonly line: number;
  readonly lines: number;
}

export function fileSizes(sources: readonly Source[]): readonly Size[] {
  return sources.map(({ path, text }) => ({ path, line: 1, lines: text.trimEnd().split('\n').length }));
}

export function functionSizes(sources: readonly Source[]): readonly Size[] {
  return sources.flatMap(({ path, tree }) => {
    const found: Size[] = [];
    everyNode(tree, (node) => {
      if (!isFunctionWithBody(node) || isChapter(node)) return;
      const line = lineOf(tree, node.getStart(tree));
      found.push({ path, line, lines: lineOf(tree, node.end) - line + 1 });
    });
    return found;
  });
}

function isFunctionWithBody(node: ts.Node): boolean {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

/** The callback of a describe() is a chapter of a test file and no function that anybody must grasp at once. */
function isChapter({ parent }: ts.Node): boolean {
  return ts.isCallExpression(parent) && /^(describe|suite)\b/.test(parent.expression.getText());
}

export function tooLarge(sizes: readonly Size[], limit: number, what: string): readonly Finding[] {
  return sizes
    .filter(({ lines }) => lines > limit)
    .map(({ path, line, lines }) => ({ path, line, says: `a ${what} of ${lines} lines (at most ${limit})` }));
}

export function p90(sizes: readonly Size[]): number {
  const sorted = sizes.map(({ lines }) => lines).sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? 0;
}

/** Compares the large files with the committed ratchet, which may only go down. */
export function ratchet(
  sizes: readonly Size[],
  allowed: Readonly<Record<string, number>>,
): readonly Finding[] {
  const large = new Map(
    sizes.filter(({ lines }) => lines > FILE_LINES_RATCHET).map((each) => [each.path, each.lines]),
  );
  const grown = [...large].flatMap(([path, lines]) => {
    const limit = allowed[path] ?? FILE_LINES_RATCHET;
    return lines > limit
      ? [{ path, line: 1, says: `has grown to ${lines} lines (ratchet: ${limit}): split it` }]
      : [];
  });
  const shrunk = Object.entries(allowed).flatMap(([path, limit]) => {
    const lines = large.get(path) ?? FILE_LINES_RATCHET;
    return lines < limit
      ? [{ path, line: 1, says: `has shrunk: lower its entry in test/tidy/sizes.json` }]
      : [];
  });
  return [...grown, ...shrunk];
}

// The sources as the tidy rules see them: path, text and TypeScript's own syntax tree. Read from the disk, so that a
// file which is not committed yet is judged too.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Source {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** One broken rule: where, and what to do about it. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly says: string;
}

const CODE = /\.(ts|mts|mjs|js)$/;
/** Written by a generator at build time, or installed to be compared with: not by us. */
const FOREIGN = /^src\/config\/generated\/|\/node_modules\//;

export function source(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Every source below these folders of the repository, sorted by path. */
export function sourcesBelow(...folders: readonly string[]): readonly Source[] {
  return folders.flatMap(filesBelow).map((path) => source(path, readFileSync(join(ROOT, path), 'utf8')));
}

function filesBelow(folder: string): readonly string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names
    .map((name) => posix.join(folder, name))
    .filter((path) => CODE.test(path) && !FOREIGN.test(path))
    .sort();
}

/** The path that a relative specifier in `from` means. */
export function resolveRelative(from: string, specifier: string): string {
  return posix.normalize(posix.join(dirname(from), specifier));
}

export function lineOf(tree: ts.SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}

/** Visits every node of the tree. */
export function everyNode(tree: ts.Node, visit: (node: ts.Node) => void): void {
  visit(tree);
  ts.forEachChild(tree, (child) => everyNode(child, visit));
}

/** Fails with all findings, each as `path:line: what`. */
export function assertTidy(findings: readonly Finding[]): void {
  const text = findings.map(({ path, line, says }) => `${path}:${line}: ${says}`).join('\n');
  assert.ok(findings.length === 0, `\n${text}`);
}

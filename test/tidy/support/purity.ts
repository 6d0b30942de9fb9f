// The core cannot see the world: what it may not name, found in the syntax tree, so that neither a comment nor a
// string counts. Everything here would make a turn depend on something else than the port.

import ts from 'typescript';
import { everyNode, type Finding, lineOf, type Source } from './tree.ts';

const WORLDLY = new Map<string, string>(
  Object.entries({
    Date: 'ask os.now() or os.wallClock()',
    Promise: 'the core is synchronous',
    setTimeout: 'use a deadline',
    setInterval: 'use a deadline',
    setImmediate: 'use a deadline',
    queueMicrotask: 'the core is synchronous',
    console: 'tell a fact; the plane logs',
    process: 'ask the port, or take a value from outside',
    globalThis: 'the core has no world',
    performance: 'ask os.now()',
    crypto: 'take entropy from outside',
    fetch: 'the core has no world',
    Atomics: 'the thread publishes, not the core',
    require: 'import it',
    eval: 'no',
  }),
);

export function impurities(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap(({ path, tree }) => {
    const found: Finding[] = [];
    everyNode(tree, (node) => {
      const says = impurity(node);
      if (says !== undefined) found.push({ path, line: lineOf(tree, node.getStart(tree)), says });
    });
    return found;
  });
}

function impurity(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async: the core is synchronous';
  if (ts.isAwaitExpression(node)) return 'await: the core is synchronous';
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random')
    return 'Math.random: take entropy from outside';
  if (!ts.isIdentifier(node) || isOnlyAName(node)) return undefined;
  const instead = WORLDLY.get(node.text);
  return instead === undefined ? undefined : `${node.text}: ${instead}`;
}

/** The identifier names a member of something (worker.process, { process: 1 }), not the global. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) return parent.name === node;
  if (ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent)) return parent.name === node;
  return false;
}

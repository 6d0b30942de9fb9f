// Rules on tests: each test file asserts something, itself or through a helper of ours; none is run alone (`only`);
// none is skipped without a reason that can be read in the output.

import ts from 'typescript';
import { importsOf } from './imports.ts';
import { everyNode, type Finding, lineOf, resolveRelative, type Source } from './tree.ts';

const isTest = ({ path }: Source): boolean => path.endsWith('.test.ts');

export function withoutAssertion(sources: readonly Source[]): readonly Finding[] {
  const byPath = new Map(sources.map((each) => [each.path, each]));
  return sources
    .filter((each) => isTest(each) && !asserts(each, byPath, new Set()))
    .map(({ path }) => ({ path, line: 1, says: 'asserts nothing' }));
}

function asserts(each: Source, byPath: ReadonlyMap<string, Source>, seen: Set<string>): boolean {
  seen.add(each.path);
  return importsOf(each).some(({ specifier, typeOnly }) => {
    if (/^node:assert\b/.test(specifier)) return true;
    const next = specifier.startsWith('.') ? byPath.get(resolveRelative(each.path, specifier)) : undefined;
    return next !== undefined && !typeOnly && !seen.has(next.path) && asserts(next, byPath, seen);
  });
}

export function alone(sources: readonly Source[]): readonly Finding[] {
  return findings(sources, (node) => {
    if (ts.isPropertyAccessExpression(node) && isRunner(node.expression) && node.name.text === 'only')
      return 'only: the others would not run';
    return isOption(node, 'only') ? 'only: the others would not run' : undefined;
  });
}

export function skippedWithoutReason(sources: readonly Source[]): readonly Finding[] {
  return findings(sources, (node) => {
    if (isOption(node, 'skip') && node.initializer.kind === ts.SyntaxKind.TrueKeyword)
      return 'skip: true gives no reason: skip: "the reason"';
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
    const { expression, name } = node.expression;
    if (name.text !== 'skip') return undefined;
    // test.skip('name', ...) has no place for a reason; t.skip('reason') has.
    if (isRunner(expression)) return `${node.expression.getText()}: use { skip: "the reason" }`;
    return node.arguments.length === 0 ? 'skip() gives no reason' : undefined;
  });
}

function isRunner(expression: ts.Expression): boolean {
  return ts.isIdentifier(expression) && ['test', 'it', 'describe', 'suite'].includes(expression.text);
}

function isOption(node: ts.Node, name: string): node is ts.PropertyAssignment {
  if (!ts.isPropertyAssignment(node) || node.name.getText() !== name) return false;
  const call = node.parent.parent;
  return ts.isCallExpression(call) && isRunner(call.expression);
}

function findings(
  sources: readonly Source[],
  judge: (node: ts.Node) => string | undefined,
): readonly Finding[] {
  return sources.filter(isTest).flatMap(({ path, tree }) => {
    const found: Finding[] = [];
    everyNode(tree, (node) => {
      const says = judge(node);
      if (says !== undefined) found.push({ path, line: lineOf(tree, node.getStart(tree)), says });
    });
    return found;
  });
}

// The imports of a source, from its syntax tree: static, re-exported, dynamic, required, and types written as
// import('...'). An import is type-only when nothing of it is left at run time.

import ts from 'typescript';
import { everyNode, lineOf, type Source } from './tree.ts';

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  /** import('...'), when it is needed: what is imported is not loaded before. */
  readonly lazy: boolean;
  readonly line: number;
}

export function importsOf({ tree }: Source): readonly Import[] {
  const found: Import[] = [];
  everyNode(tree, (node) => {
    const place = importAt(node);
    if (place) found.push({ lazy: false, ...place, line: lineOf(tree, node.getStart(tree)) });
  });
  return found;
}

type Place = Omit<Import, 'line' | 'lazy'> & Partial<Pick<Import, 'lazy'>>;

function importAt(node: ts.Node): Place | undefined {
  if (ts.isImportDeclaration(node)) return named(node.moduleSpecifier, clauseIsTypeOnly(node.importClause));
  if (ts.isExportDeclaration(node) && node.moduleSpecifier)
    return named(node.moduleSpecifier, node.isTypeOnly || elementsAreTypes(node.exportClause));
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
    return named(node.moduleReference.expression, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return named(node.argument.literal, true);
  if (ts.isCallExpression(node) && isLoading(node.expression)) {
    const lazy = node.expression.kind === ts.SyntaxKind.ImportKeyword;
    return { ...named(node.arguments[0], false), lazy };
  }
  return undefined;
}

/** A specifier that is computed has no name that could be allowed. */
function named(specifier: ts.Node | undefined, typeOnly: boolean): Place {
  const text = specifier && ts.isStringLiteralLike(specifier) ? specifier.text : '(computed)';
  return { specifier: text, typeOnly };
}

function isLoading(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(callee) && callee.text === 'require';
}

function clauseIsTypeOnly(clause: ts.ImportClause | undefined): boolean {
  // import './file' loads it; import {} from './file' does too.
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  return clause.name === undefined && elementsAreTypes(clause.namedBindings);
}

function elementsAreTypes(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  if (!bindings || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return false;
  return bindings.elements.length > 0 && bindings.elements.every(({ isTypeOnly }) => isTypeOnly);
}

// Diagnostics as text: place and message, the line of the source, a caret below what is meant, and the hint.
// Pure; used by `preforkd check`, by the refusal to start, and by the answer to a reload.

import type { Diagnostic } from './diagnostic.ts';

/** A longer line is cut around the caret, so that a terminal shows both. */
const SOURCE_COLUMNS_MAX = 160;
const COLUMNS_BEFORE_CARET = 60;

/** One diagnostic. Without `source` (an unreadable file) there is no line to show. */
export function renderDiagnostic(diagnostic: Diagnostic, source?: string): string {
  const { file, line, column, severity, message, hint } = diagnostic;
  const lines = [printable(`${file}:${line}:${column}: ${severity}: ${message}`)];
  const text = source?.split('\n')[line - 1];
  if (text !== undefined && text.trim() !== '') lines.push(...excerpt(text, diagnostic));
  if (hint !== undefined) lines.push(printable(`      = ${hint}`));
  return lines.join('\n');
}

export function renderDiagnostics(diagnostics: readonly Diagnostic[], source?: string): string {
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, source)}\n`).join('\n');
}

function excerpt(text: string, { line, column, length }: Diagnostic): string[] {
  const from = text.length > SOURCE_COLUMNS_MAX ? Math.max(0, column - 1 - COLUMNS_BEFORE_CARET) : 0;
  const shown = printable(text.slice(from, from + SOURCE_COLUMNS_MAX).trimEnd());
  // Tabs before the caret are kept, so that it stands below its column whatever their width.
  const before = shown.slice(0, column - 1 - from).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - before.length)));
  const number = String(line).padStart(5);
  return [`${number} | ${shown}`, `${' '.repeat(5)} | ${before}${carets}`];
}

/** Control characters could rewrite the terminal of whoever reads the message. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, '\uFFFD');
}

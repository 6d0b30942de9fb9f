// Diagnostics as text: place and message, the line of the source, a caret below what is meant, and the hint.
// Pure; used by `preforkd check`, by the refusal to start, and by the answer to a reload.

import type { Diagnostic } from './diagnostic.ts';

/** A longer line is cut around the caret, so that a terminal shows both. */
const SOURCE_COLUMNS_MAX = 160;
const COLUMNS_BEFORE_CARET = 60;
const MESSAGE_CHARACTERS_MAX = 1000;

export function renderDiagnostics(diagnostics: readonly Diagnostic[], source?: string): string {
  return renderEach(diagnostics, source)
    .map((text) => `${text}\n`)
    .join('\n');
}

/** Each by itself, without its last line end. Without `source` (an unreadable file) there is no line to show. */
export function renderEach(diagnostics: readonly Diagnostic[], source?: string): string[] {
  // Split once for all of them: a file that is no configuration has many lines, and something wrong on each.
  const sourceLines = source?.split('\n') ?? [];
  return diagnostics.map((diagnostic) => renderOne(diagnostic, sourceLines[diagnostic.line - 1]));
}

function renderOne(diagnostic: Diagnostic, text: string | undefined): string {
  const { file, line, column, severity, message, hint } = diagnostic;
  const lines = [printable(`${file}:${line}:${column}: ${severity}: ${shortened(message)}`)];
  if (text !== undefined && /\S/.test(text)) lines.push(...excerpt(text, diagnostic));
  if (hint !== undefined) lines.push(printable(`      = ${shortened(hint)}`));
  return lines.join('\n');
}

/** Messages quote the file, and a word of a file that is no configuration may be long. */
function shortened(text: string): string {
  return text.length > MESSAGE_CHARACTERS_MAX ? `${text.slice(0, MESSAGE_CHARACTERS_MAX)}...` : text;
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

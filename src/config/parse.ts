// Text -> words with places. The grammar does the work; this file adds what a grammar says badly: NUL bytes, and
// lines so long that Cyrus would cut them. It must never throw, whatever the text: a failure of the generated
// parser itself (our bug) becomes a problem like any other.

import { parse as parseByGrammar } from './generated/grammar.js';
import type { ParsedFile, Problem } from './syntax.ts';

/** Cyrus reads lines by fgets into 4,096 bytes, the newline and the final NUL included. */
const CYRUS_LINE_BYTES_MAX = 4094;

export function parseConfiguration(source: string): ParsedFile {
  // A byte order mark would hide the first section from the grammar, as it does from Cyrus.
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const parsed = readByGrammar(text.endsWith('\n') ? text : `${text}\n`);
  return { sections: parsed.sections, problems: [...parsed.problems, ...problemsOfLines(text)] };
}

function readByGrammar(text: string): ParsedFile {
  try {
    return parseByGrammar(text) as ParsedFile;
  } catch (error) {
    const message = `the parser failed: ${error instanceof Error ? error.message : String(error)}`;
    return { sections: [], problems: [{ severity: 'error', line: 1, column: 1, length: 1, message }] };
  }
}

function problemsOfLines(text: string): Problem[] {
  return text.split('\n').flatMap((content, index): Problem[] => {
    const line = index + 1;
    const nul = content.indexOf('\0');
    if (nul >= 0) {
      return [
        { severity: 'error', line, column: nul + 1, length: 1, message: 'a NUL character in the file' },
      ];
    }
    if (Buffer.byteLength(content) <= CYRUS_LINE_BYTES_MAX) return [];
    const message = `this line is longer than ${CYRUS_LINE_BYTES_MAX} bytes: Cyrus would read it as two`;
    return [{ severity: 'warning', line, column: 1, length: 1, message }];
  });
}

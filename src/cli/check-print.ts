// `preforkd check --print FILE`: the file as it was understood, ready to be a file again: no comments, nothing that has
// no effect. Diagnostics go to stderr, so that stdout can be redirected. Exit 0, or 78 when the file is refused.

import { loadConfiguration, printUnderstood, renderDiagnostics } from '../config/index.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { Output } from './output.ts';

export async function runCheckPrint(file: string, output: Output): Promise<number> {
  const outcome = await loadConfiguration(file);
  output.err(renderDiagnostics(outcome.ok ? outcome.warnings : outcome.diagnostics, outcome.source));
  if (!outcome.ok) return EXIT.configuration;
  output.out(printUnderstood(outcome.source));
  return EXIT.ok;
}

// The plane's view of config/: a configuration that is good to run, or diagnostics as text for a person. Keeps the
// rest of the plane free of how diagnostics look. Called by wiring at the start and by reload, and by cyrmaster.

import { type LoadOptions, loadConfiguration, renderDiagnostics, renderEach } from '../config/index.ts';
import type { Settings } from '../config/settings.ts';
import type { MasterSpec } from '../core/spec.ts';

export interface Configuration {
  readonly master: MasterSpec;
  readonly settings: Settings;
  /** Each a rendered diagnostic. */
  readonly warnings: readonly string[];
}

export type Loaded =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly diagnostics: string };

export type LoadConfiguration = (file: string) => Promise<Loaded>;

export const loadForMaster: LoadConfiguration = (file) => loadAs(file, {});

export async function loadAs(file: string, options: LoadOptions): Promise<Loaded> {
  const outcome = await loadConfiguration(file, options);
  const { source } = outcome;
  if (!outcome.ok)
    return { ok: false, diagnostics: renderDiagnostics(outcome.diagnostics, source).trimEnd() };
  const { master, settings } = outcome;
  const warnings = renderEach(outcome.warnings, source);
  return { ok: true, configuration: { master, settings, warnings } };
}

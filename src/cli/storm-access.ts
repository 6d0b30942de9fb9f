// How a storm may read the metrics of a master whose HTTP port is protected: by the token and the certificate that its own
// services.conf names. The master says which file that is; whoever may read it and the token's file gets the figures.
// Called by storm.ts, once a master has been found.

import { readFileSync } from 'node:fs';
import type { MetricsAccess } from '../../bench/storm/watch/scraper.ts';
import { loadConfiguration } from '../config/index.ts';
import { err, ok, type Result } from '../lib/result.ts';

/** Or why it is not known. Empty where nothing is protected. */
export async function metricsAccess(file: string): Promise<Result<MetricsAccess, string>> {
  const loaded = await loadConfiguration(file);
  if (!loaded.ok) return err(`${file} is refused: ${loaded.diagnostics[0]?.message}`);
  const { tokenFile, tls } = loaded.settings.http ?? {};
  try {
    const token = tokenFile === undefined ? undefined : readFileSync(tokenFile, 'utf8').split('\n', 1)[0];
    return ok({
      ...(token === undefined ? {} : { token: token.trim() }),
      ...(tls === undefined ? {} : { certificate: readFileSync(tls.certificateFile, 'utf8') }),
    });
  } catch (error) {
    return err((error as Error).message);
  }
}

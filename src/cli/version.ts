// Our own version, from package.json, found from the sources as well as from dist/. Read once, by the
// command line, which tells the master it starts.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function ownVersion(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (directory !== dirname(directory)) {
    try {
      const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      if (manifest.name === 'preforkd') return String(manifest.version);
    } catch {
      // No package.json here: look further up.
    }
    directory = dirname(directory);
  }
  return 'unknown';
}

// One storm as a benchmark uses it: `preforkd storm` as a process of its own, with what it measured as data. A storm
// whose clients failed is a result; one that could not be made is an error.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StormResult } from '../storm/show/result.ts';

/** From dist/bench/lib to the program beside it. */
const PREFORKD = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** `words` as on the command line, `--json` is added. Throws with what the storm said when it could not be made. */
export function storm(words: readonly string[]): Promise<StormResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PREFORKD, 'storm', ...words, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [said, complained] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complained = (complained + chunk.toString()).slice(-4_000);
    });
    child.once('close', () => {
      if (said.trimStart().startsWith('{')) resolve(JSON.parse(said) as StormResult);
      else reject(new Error(`preforkd storm ${words.join(' ')}: ${complained || said}`));
    });
  });
}

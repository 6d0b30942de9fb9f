// The run directory: made 0711 (workers of other users reach their notify sockets by name), its `control` folder
// 0700 (only we reach the control socket). Refused when it is a symlink, belongs to somebody else or is writable
// by others: whoever can write there could take the place of our sockets. Called once, by wiring.

import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { err, ok, type Result } from '../lib/result.ts';

const RUN_MODE = 0o711;
const CONTROL_MODE = 0o700;
const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;

/** Resolves with the real path of the run directory. */
export function prepareRunDirectory(runDirectory: string, controlSocket: string): Result<string, string> {
  try {
    const problem =
      prepare(runDirectory, RUN_MODE, WRITABLE_BY_OTHERS) ?? prepareControl(dirname(controlSocket));
    return problem === undefined ? ok(realpathSync(runDirectory)) : err(problem);
  } catch (error) {
    return err((error as Error).message);
  }
}

function prepareControl(directory: string): string | undefined {
  return prepare(directory, CONTROL_MODE, OPEN_TO_OTHERS);
}

/** Makes the directory; one that is there already is checked, and left as it is. */
function prepare(directory: string, mode: number, forbidden: number): string | undefined {
  mkdirSync(dirname(directory), { recursive: true });
  const made = makeDirectory(directory, mode);
  const stat = lstatSync(directory);
  if (stat.isSymbolicLink()) return `${directory} is a symbolic link; it must be a directory`;
  if (!stat.isDirectory()) return `${directory} is not a directory`;
  const uid = process.geteuid?.() ?? 0;
  if (stat.uid !== uid) return `${directory} belongs to uid ${stat.uid}, not to uid ${uid}`;
  if (!made && (stat.mode & forbidden) !== 0) {
    const octal = (stat.mode & 0o777).toString(8);
    return `${directory} is open to others (mode ${octal}); chmod it to ${mode.toString(8)} or choose another`;
  }
  return undefined;
}

function makeDirectory(directory: string, mode: number): boolean {
  try {
    mkdirSync(directory, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  // The umask may have taken bits away that the mode means to give.
  chmodSync(directory, mode);
  return true;
}

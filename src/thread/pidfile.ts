// The pidfile of Cyrus's master: our pid in it, locked for as long as we live. Taken by the supervisor thread, the only
// one that may use the port, before the core begins; nothing else of the master exists for the world until it is ours.

import { errnoText } from '../lib/errno-text.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { Os } from '../os/os.ts';
import type { Report } from './messages.ts';

/** True when the master may go on. */
export function takePidfile(os: Os, path: string, report: (report: Report) => void): boolean {
  const outcome = os.lockFile(path, `${process.pid}\n`);
  if (outcome.ok) {
    report({ kind: 'pidfile-taken' });
    return true;
  }
  const text =
    outcome.errno === 'EAGAIN'
      ? 'cannot get exclusive lock on pidfile (is another master still running?)'
      : `can't open pidfile: ${errnoText(outcome.errno)}`;
  report({ kind: 'refused', text, exitCode: EXIT.osError });
  return false;
}

// The two kinds of workers for which the policies are compared for real: a C program that is up at once, so that little
// but the master is measured; and Debian's imapd, whose start costs more than many sessions. What is missing is left out,
// with the reason.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cyrusMissing, makeCyrusHome } from '../../setup/cyrus.ts';
import type { MasterOptions } from '../../setup/masters.ts';
import { compilerMissing, compileWorker } from '../../setup/worker.ts';

export interface Workers {
  readonly kind: 'C worker' | 'imapd';
  readonly command: string;
  readonly user?: NonNullable<MasterOptions['user']>;
  /** Where its master may make its run directory. */
  readonly directory: string;
  /** Writes a file and returns its path. */
  configure(name: string, text: string): string;
  dispose(): void;
}

/** Each kind that is here, or why it is not. */
export function availableWorkers(): {
  readonly workers: readonly Workers[];
  readonly left: readonly string[];
} {
  const reasons = [compilerMissing(), cyrusMissing()];
  const workers = [
    ...(reasons[0] === undefined ? [smallWorkers()] : []),
    ...(reasons[1] === undefined ? [imapdWorkers()] : []),
  ];
  return { workers, left: reasons.filter((reason) => reason !== undefined) };
}

function smallWorkers(): Workers {
  const { path, dispose } = compileWorker();
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-policies-'));
  chmodSync(directory, 0o755);
  return {
    kind: 'C worker',
    command: path,
    directory,
    configure: (name, text) => {
      const file = join(directory, name);
      writeFileSync(file, text);
      return file;
    },
    dispose: () => {
      dispose();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** No use limit, and no idle end within a benchmark. */
const IMAPD_OPTIONS = '-U 100000 -T 600';

export function imapdWorkers(): Workers {
  const home = makeCyrusHome();
  return {
    kind: 'imapd',
    command: home.command('imapd', IMAPD_OPTIONS),
    user: { name: 'cyrus', group: 'mail' },
    directory: home.directory,
    configure: home.configure,
    dispose: home.dispose,
  };
}

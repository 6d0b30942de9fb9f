// Where the control socket of the master is: --socket says it; else the configuration file does (--config, the one of
// PREFORKD_CONFIG, services.conf here, or /etc/preforkd/services.conf); else the default run directory of this user.
// Called by every verb that talks to a master. Loads the configuration reader only when a file has to be read.

import { existsSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { EXIT } from '../lib/exit-codes.ts';
import { err, ok, type Result } from '../lib/result.ts';

export interface LocateOptions {
  readonly socket?: string | undefined;
  readonly config?: string | undefined;
}

export interface Located {
  readonly path: string;
  /** How it was found, for the message when nobody answers there. */
  readonly by: string;
}

export interface Problem {
  readonly exitCode: number;
  readonly text: string;
}

export const DEFAULT_FILES = ['services.conf', '/etc/preforkd/services.conf'] as const;

export async function locateControlSocket(options: LocateOptions): Promise<Result<Located, Problem>> {
  if (options.socket !== undefined) return ok({ path: resolve(options.socket), by: '--socket' });
  const file =
    options.config ?? fileOfEnvironment() ?? DEFAULT_FILES.find((candidate) => existsSync(candidate));
  const { loadSettings, renderDiagnostics } = await import('../config/index.ts');
  if (file !== undefined) {
    const outcome = await loadSettings(resolve(file));
    if (outcome.ok) {
      // While a file is written anew it is empty for a moment: the defaults might lead to another master.
      if (outcome.bare) return err({ exitCode: EXIT.configuration, text: `preforkd: ${bareText(file)}` });
      const path = outcome.settings.controlSocket;
      const unnamed = path === (await defaultControlSocket());
      const by = unnamed ? `the default, for ${file} names no other` : `as ${file} says`;
      return ok({ path, by: `${by}${elsewhereHint(path, file)}` });
    }
    const text = renderDiagnostics(outcome.diagnostics, outcome.source).trimEnd();
    const hint = `${file} cannot be read, so the control socket is not known; say it with --socket PATH`;
    return err({ exitCode: EXIT.configuration, text: `${text}\n${hint}` });
  }
  const path = await defaultControlSocket();
  return ok({ path, by: `the default, for there is no ${DEFAULT_FILES.join(' and no ')}` });
}

/** Where preforkd-cyrmaster has its own settings; an empty variable is none. */
const fileOfEnvironment = () => process.env.PREFORKD_CONFIG || undefined;

async function defaultControlSocket(): Promise<string> {
  const { defaultRunDirectory } = await import('../config/index.ts');
  const { liveWorld } = await import('../config/world.ts');
  return `${defaultRunDirectory(await liveWorld())}/control/control.sock`;
}

const bareText = (file: string) =>
  `${file} is empty (is it being written?), so the control socket is not known; ask again, or say it with --socket PATH`;

/** A relative path in a file of another folder: the master that was started there took it from there. */
function elsewhereHint(path: string, file: string): string {
  const here = process.cwd();
  if (dirname(resolve(file)) === here || !path.startsWith(here + sep)) return '';
  return '; relative paths in it begin where the master was started: ask from there, or with --socket PATH';
}

// Finds the program of a cmd=, and the tools that wrap it. A bare name is looked up as its file would expect: in our
// own files PATH comes first, in a plain cyrus.conf the directories of Cyrus do. A missing program is an error
// before anything starts, not a crash loop afterwards.

import { join, resolve } from 'node:path';
import { err, ok, type Result } from '../lib/result.ts';
import type { FileKind, World } from './world.ts';

/** Where Debian keeps Cyrus's libexec and sbin programs. */
const CYRUS_DIRECTORIES = ['/usr/lib/cyrus/bin', '/usr/sbin'];

const PATH_WITHOUT_ENVIRONMENT = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Tools are taken from the system only: a PATH must not decide who changes our user id. */
const TOOL_DIRECTORIES = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

export type Tool = 'nice' | 'prlimit' | 'setpriv' | 'sh';

export type Tools = Readonly<Record<Tool, string | undefined>>;

export interface ProgramTrouble {
  readonly message: string;
  readonly hint?: string;
}

const KIND_TEXTS: Readonly<Record<Exclude<FileKind, 'program' | 'missing'>, ProgramTrouble>> = {
  'not executable': { message: 'is not executable', hint: 'chmod +x makes it so' },
  directory: { message: 'is a directory' },
  forbidden: { message: 'lies in a directory that may not be read' },
};

export async function findProgram(
  program: string,
  cwd: string,
  ownFile: boolean,
  world: World,
): Promise<Result<string, ProgramTrouble>> {
  const candidates = candidatesFor(program, cwd, ownFile, world);
  let found: Result<string, ProgramTrouble> | undefined;
  for (const candidate of candidates) {
    const kind = await world.fileKind(candidate);
    if (kind === 'program') return ok(candidate);
    // As execvp(3): where nobody may look, the next directory may have it. Root's PATH has such when root is given away.
    const passedOver = kind === 'forbidden' && candidates.length > 1;
    if (kind !== 'missing' && !passedOver) {
      const { message, hint } = KIND_TEXTS[kind];
      const trouble = { message: `program ${candidate} ${message}` };
      found ??= err(hint === undefined ? trouble : { ...trouble, hint });
    }
  }
  return found ?? err(notFound(program, candidates));
}

function candidatesFor(program: string, cwd: string, ownFile: boolean, world: World): string[] {
  if (program.startsWith('/')) return [program];
  const cyrus = CYRUS_DIRECTORIES.map((directory) => join(directory, program));
  const own = program.includes('/') ? [resolve(cwd, program)] : inPath(program, world);
  if (!ownFile) return [...cyrus, ...own];
  return program.includes('/') ? own : [...own, ...cyrus];
}

function inPath(program: string, world: World): string[] {
  const path = world.environment.PATH ?? PATH_WITHOUT_ENVIRONMENT;
  return path.split(':').map((directory) => join(resolve(world.cwd, directory), program));
}

function notFound(program: string, candidates: readonly string[]): ProgramTrouble {
  if (candidates.length === 1) return { message: `program ${candidates[0]} does not exist` };
  const places = candidates.map((candidate) => candidate.slice(0, -program.length - 1));
  return {
    message: `program "${program}" was not found`,
    hint: `looked in ${[...new Set(places)].join(', ')}`,
  };
}

export async function findTools(world: World): Promise<Tools> {
  const [nice, prlimit, setpriv, sh] = await Promise.all([
    findTool('nice', world),
    findTool('prlimit', world),
    findTool('setpriv', world),
    findTool('sh', world),
  ]);
  return { nice, prlimit, setpriv, sh };
}

async function findTool(tool: Tool, world: World): Promise<string | undefined> {
  // /bin/sh by its own name, which every system has.
  const directories = tool === 'sh' ? ['/bin'] : TOOL_DIRECTORIES;
  for (const directory of directories) {
    const path = join(directory, tool);
    if ((await world.fileKind(path)) === 'program') return path;
  }
  return undefined;
}

// Exec wrappers: posix_spawn(3) can set neither priority, nor limits, nor user, nor umask, so tools of the system do,
// each executing the next: nice, prlimit, setpriv, sh, program. The order matters: a negative nice value and higher
// limits need root, so both come before setpriv gives root away; umask comes last, for nothing else should see it.

import { err, ok, type Result } from '../lib/result.ts';
import type { ProgramTrouble, Tool, Tools } from './program.ts';

/** The ids to run under; `groups` says where the supplementary groups come from. */
export interface RunAs {
  readonly uid: number | undefined;
  readonly gid: number;
  readonly groups: 'of the user' | 'none';
}

/** What surrounds a program; undefined and 0 files mean: as the master has it. */
export interface Surroundings {
  readonly nice: number | undefined;
  readonly files: number;
  readonly runAs: RunAs | undefined;
  readonly umask: number | undefined;
  /** LISTEN_PID must be the pid of the program itself, which only a process that becomes it can know. */
  readonly listenPid: boolean;
}

export interface MissingTool extends ProgramTrouble {
  /** The key that needs the tool. */
  readonly key: string;
}

interface Layer {
  readonly tool: Tool;
  readonly key: string;
  readonly argumentList: readonly string[];
}

/** The argv that runs `program` in its surroundings; just the program and its arguments when there are none. */
export function wrapProgram(
  programAndArguments: readonly string[],
  surroundings: Surroundings,
  tools: Tools,
): Result<readonly string[], MissingTool> {
  const argv: string[] = [];
  for (const { tool, key, argumentList } of layersOf(surroundings)) {
    const path = tools[tool];
    if (path === undefined) return err(missingTool(tool, key));
    argv.push(path, ...argumentList);
  }
  return ok([...argv, ...programAndArguments]);
}

function layersOf({ nice, files, runAs, umask, listenPid }: Surroundings): Layer[] {
  const layers: Layer[] = [];
  if (nice !== undefined && nice !== 0)
    layers.push({ tool: 'nice', key: 'nice', argumentList: ['-n', String(nice)] });
  if (files > 0)
    layers.push({ tool: 'prlimit', key: 'maxfds', argumentList: [`--nofile=${files}:${files}`] });
  if (runAs !== undefined)
    layers.push({ tool: 'setpriv', key: 'user', argumentList: setprivArguments(runAs) });
  const script = scriptOf(umask, listenPid);
  if (script !== undefined) {
    const key = umask === undefined ? 'protocol' : 'umask';
    // The second `sh` is $0; the program and its arguments become "$@".
    layers.push({ tool: 'sh', key, argumentList: ['-c', script, 'sh'] });
  }
  return layers;
}

function setprivArguments({ uid, gid, groups }: RunAs): string[] {
  const user = uid === undefined ? [] : [`--reuid=${uid}`];
  return [...user, `--regid=${gid}`, groups === 'none' ? '--clear-groups' : '--init-groups', '--'];
}

/** One shell does both: each further one would cost a start-up. */
function scriptOf(umask: number | undefined, listenPid: boolean): string | undefined {
  const steps: string[] = [];
  if (umask !== undefined) steps.push(`umask ${umask.toString(8).padStart(4, '0')}`);
  if (listenPid) steps.push('export LISTEN_PID=$$');
  return steps.length === 0 ? undefined : [...steps, 'exec "$@"'].join('; ');
}

function missingTool(tool: Tool, key: string): MissingTool {
  const home = tool === 'nice' ? 'coreutils' : tool === 'sh' ? 'a shell' : 'util-linux';
  return {
    key,
    message: `${key}= needs the program ${tool}, which is not installed`,
    hint: `install ${home}`,
  };
}

// A plain cyrus.conf as a configuration for the plane: Cyrus's failure rule, the settings that only we have from the
// file named by PREFORKD_CONFIG, the user that everything runs as. Read by wiring at the start and at each reload.

import { loadOverrides, type Overrides, renderDiagnostics } from '../config/index.ts';
import { findTools, type Tools } from '../config/program.ts';
import { liveWorld } from '../config/world.ts';
import { wrapProgram } from '../config/wrappers.ts';
import type { JobSpec, MasterSpec } from '../core/spec.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { User } from '../os/os.ts';
import { type LoadConfiguration, loadAs } from '../plane/configuration.ts';
import type { CommandLine } from './command-line.ts';
import type { ImapdSettings } from './imapd-settings.ts';

export interface CyrusWishes {
  readonly line: CommandLine;
  /** Absolute. */
  readonly logfile: string | undefined;
  readonly settings: ImapdSettings;
  /** Whom the master becomes; undefined: nobody else. */
  readonly becomes: User | undefined;
  /** A file with a section MASTER; undefined: all its settings are defaults. */
  readonly ownFile: string | undefined;
}

/** So often -v must be said. */
const VERBOSITY_TRACE = 3;

export function loadCyrus(wishes: CyrusWishes): LoadConfiguration {
  const { becomes, settings } = wishes;
  return async (file) => {
    const overrides = await overridesOf(wishes);
    if (!overrides.ok) return { ok: false, diagnostics: overrides.error };
    const world = await liveWorld(becomes);
    const loaded = await loadAs(file, { overrides: overrides.value, failureRule: 'cyrus', world });
    if (!loaded.ok) return loaded;
    const start = startJobs(loaded.configuration.master, becomes, await findTools(world));
    if (!start.ok) return { ok: false, diagnostics: start.error };
    const master: MasterSpec = {
      ...loaded.configuration.master,
      start: start.value,
      ...(becomes === undefined ? {} : { becomes }),
      ...(settings.bindErrorsFatal ? { bindErrorsFatal: true as const } : {}),
    };
    return { ok: true, configuration: { ...loaded.configuration, master } };
  };
}

/** Whether the file says where or how to log: then nothing goes to the system's log. */
export async function hasOwnLog(ownFile: string | undefined): Promise<boolean> {
  const own = ownFile === undefined ? undefined : await loadOverrides(ownFile);
  return own?.ok === true && saysWhere(own.overrides);
}

function saysWhere(overrides: Overrides): boolean {
  return overrides['log destination'] !== undefined || overrides['log format'] !== undefined;
}

/** What the command line says comes before the file, and the file before what is usual beside Cyrus. */
async function overridesOf({
  line,
  logfile,
  settings,
  ownFile,
}: CyrusWishes): Promise<Result<Overrides, string>> {
  const own = ownFile === undefined ? { ok: true as const, overrides: {} } : await loadOverrides(ownFile);
  if (!own.ok) return err(renderDiagnostics(own.diagnostics, own.source).trimEnd());
  const { backlog, verbosity } = line;
  return ok({
    'run directory': `${settings.configDirectory}/preforkd`,
    ...own.overrides,
    ...(backlog === undefined ? {} : { 'backlog default': String(backlog) }),
    ...(logfile === undefined ? {} : { 'log destination': logfile }),
    ...levelOf(verbosity, settings.debug, saysWhere(own.overrides)),
  });
}

/** Of what -v has Cyrus's master say nothing reaches the system's log without `debug: yes`; our JSON lines have it. */
function levelOf(verbosity: number, debug: boolean, ownLog: boolean): Overrides {
  if (ownLog && verbosity >= VERBOSITY_TRACE) return { 'log level': 'trace' };
  return debug || (ownLog && verbosity > 0) ? { 'log level': 'debug' } : {};
}

/** They run before root is given away: each as the user that the master will be. */
function startJobs(
  { start }: MasterSpec,
  becomes: User | undefined,
  tools: Tools,
): Result<readonly JobSpec[], string> {
  if (becomes === undefined) return ok(start);
  const { uid, gid } = becomes;
  const surroundings = {
    nice: undefined,
    files: 0,
    runAs: { uid, gid, groups: 'of the user' },
    umask: undefined,
    listenPid: false,
  } as const;
  const jobs: JobSpec[] = [];
  for (const job of start) {
    const { path, argv } = job.command;
    const wrapped = wrapProgram([path, ...argv.slice(1)], surroundings, tools);
    if (!wrapped.ok) return err(`START ${job.name}: ${wrapped.error.message}`);
    const [tool = path] = wrapped.value;
    jobs.push({ ...job, command: { ...job.command, path: tool, argv: wrapped.value } });
  }
  return ok(jobs);
}

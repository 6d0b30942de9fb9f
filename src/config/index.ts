// The front door of the configuration: a file -> MasterSpec and Settings, or every diagnostic at once. Called at the
// start, at each reload and by `preforkd check`. Never throws, whatever the file holds.

import { createReadStream } from 'node:fs';
import type { FailureRule, MasterSpec, ServiceSpec } from '../core/spec.ts';
import { buildDaemon, buildEvent, buildJob } from './build-jobs.ts';
import { buildMaster, checkMasterFiles, type Overrides, overridesOf } from './build-master.ts';
import { buildService } from './build-service.ts';
import { type CheckedFile, checkKeys } from './check-keys.ts';
import type { CommandContext } from './command.ts';
import { noteSharedAddresses } from './contradictions.ts';
import { type Diagnostic, FILE_START } from './diagnostic.ts';
import { parseConfiguration } from './parse.ts';
import { printConfiguration, whatCounts } from './print.ts';
import { findTools } from './program.ts';
import { EntryReader } from './read.ts';
import type { Settings } from './settings.ts';
import type { ParsedFile, SectionName } from './syntax.ts';
import { codeOf, liveWorld, type World } from './world.ts';

export { defaultRunDirectory, type OverrideName, type Overrides } from './build-master.ts';
export type { Diagnostic } from './diagnostic.ts';
export { renderDiagnostics, renderEach } from './render.ts';
export type { Settings } from './settings.ts';

export interface LoadOptions {
  /** Options of the command line, in the words of the section MASTER: `{ 'log level': 'debug' }`. */
  readonly overrides?: Overrides;
  /** For entries that do not say `failures=`: our breaker unless told otherwise. */
  readonly failureRule?: FailureRule;
  /** Another machine, for tests. */
  readonly world?: World;
}

/** `source` is the text of the file, for the carets of renderDiagnostics(); undefined when it could not be read. */
export type LoadOutcome =
  | {
      readonly ok: true;
      readonly master: MasterSpec;
      readonly settings: Settings;
      readonly warnings: Diagnostic[];
      readonly source: string;
    }
  | { readonly ok: false; readonly diagnostics: Diagnostic[]; readonly source: string | undefined };

export type SettingsOutcome =
  /** `bare`: there is no section in the file, as while it is being written. */
  | { readonly ok: true; readonly settings: Settings; readonly bare: boolean }
  | Extract<LoadOutcome, { ok: false }>;

export async function loadConfiguration(file: string, options: LoadOptions = {}): Promise<LoadOutcome> {
  const text = await readText(file);
  return text.ok ? loadText(text.source, file, options) : text;
}

/** The same for a text that has been read already. */
export async function loadText(
  source: string,
  file: string,
  options: LoadOptions = {},
): Promise<LoadOutcome> {
  const world = options.world ?? (await liveWorld());
  const checked = checkKeys(parseConfiguration(source), file);
  const { notes } = checked;
  if (notes.full) return { ok: false, diagnostics: notes.all(), source };
  const { failureRule = 'breaker', overrides = {} } = options;
  const entries = checked.entries('MASTER');
  const { settings, defaultBacklog, core } = buildMaster(entries, notes, world, overrides);
  await checkMasterFiles(entries, notes, world, overrides);
  const context = { world, tools: await findTools(world), failureRule };
  const master: MasterSpec = {
    file,
    start: await buildAll(checked, 'START', (reader) => buildJob(reader, context)),
    services: await buildServices(checked, context, defaultBacklog),
    events: await buildAll(checked, 'EVENTS', (reader) => buildEvent(reader, context)),
    daemons: await buildAll(checked, 'DAEMON', (reader) => buildDaemon(reader, context)),
    ...core,
  };
  if (notes.failed) return { ok: false, diagnostics: notes.all(), source };
  return { ok: true, master, settings, warnings: notes.all(), source };
}

/**
 * The settings alone, for who only looks for the master. What stands outside of MASTER does not matter to that: one
 * who asks why nothing runs must be answered when a program is missing or a service has a slip. A slip in MASTER
 * does matter, for the defaults might lead to another master.
 */
export async function loadSettings(file: string): Promise<SettingsOutcome> {
  const text = await readText(file);
  if (!text.ok) return text;
  const { source } = text;
  const parsed = parseConfiguration(source);
  const { entries, notes } = checkKeys(masterAlone(parsed), file);
  const { settings } = buildMaster(entries('MASTER'), notes, await liveWorld(), {});
  if (notes.failed) return { ok: false, diagnostics: notes.all(), source };
  return { ok: true, settings, bare: parsed.sections.length === 0 };
}

/** A file with nothing but a section MASTER, which stands beside a cyrus.conf that has none. */
export async function loadOverrides(
  file: string,
): Promise<{ readonly ok: true; readonly overrides: Overrides } | Extract<LoadOutcome, { ok: false }>> {
  const text = await readText(file);
  if (!text.ok) return text;
  const { source } = text;
  const parsed = parseConfiguration(source);
  const { entries, notes } = checkKeys(parsed, file);
  for (const { name, place } of parsed.sections) {
    if (name !== 'MASTER')
      notes.error(place, `section ${name} belongs in cyrus.conf`, 'only MASTER is read here');
  }
  buildMaster(entries('MASTER'), notes, await liveWorld(), {});
  if (notes.failed) return { ok: false, diagnostics: notes.all(), source };
  return { ok: true, overrides: overridesOf(entries('MASTER')) };
}

/** The text of a file that is good, as it was understood: another way to write the same configuration. */
export function printUnderstood(source: string): string {
  return printConfiguration(whatCounts(parseConfiguration(source)));
}

function masterAlone({ sections, problems }: ParsedFile): ParsedFile {
  const first = sections.find(({ name }) => name === 'MASTER')?.place.line ?? Number.POSITIVE_INFINITY;
  const end = sections.find(({ place }) => place.line > first)?.place.line ?? Number.POSITIVE_INFINITY;
  return {
    sections: sections.filter(({ name }) => name === 'MASTER'),
    problems: problems.filter(
      ({ line, unknownSection }) => unknownSection !== undefined || (line >= first && line < end),
    ),
  };
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; name yours, as in: preforkd run /etc/preforkd/services.conf',
  EACCES: 'this user may not read it, or one of its folders',
  EISDIR: 'it is a folder; name the file in it',
};

/** Ten thousand services take less. What is larger is another file, or a device that never ends. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

async function readText(
  file: string,
): Promise<{ readonly ok: true; readonly source: string } | Extract<LoadOutcome, { ok: false }>> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(file, { end: FILE_BYTES_MAX })) chunks.push(chunk as Buffer);
  } catch (error) {
    const code = codeOf(error);
    return unreadable(file, `cannot read the configuration file: ${code}`, UNREADABLE[code]);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length > FILE_BYTES_MAX) {
    return unreadable(file, `the file is larger than ${FILE_BYTES_MAX} bytes`, 'is it a configuration?');
  }
  return { ok: true, source: bytes.toString('utf8') };
}

function unreadable(file: string, message: string, hint?: string): Extract<LoadOutcome, { ok: false }> {
  const diagnostic = { severity: 'error', file, ...FILE_START, message } as const;
  const diagnostics = [hint === undefined ? diagnostic : { ...diagnostic, hint }];
  return { ok: false, diagnostics, source: undefined };
}

/** Entries of one section at the same time, for names are looked up; results in the order of the file. */
async function buildAll<Spec>(
  checked: CheckedFile,
  section: SectionName,
  build: (reader: EntryReader) => Promise<Spec | undefined>,
): Promise<Spec[]> {
  const specs = await Promise.all(readersOf(checked, section).map(build));
  return specs.flatMap((spec) => spec ?? []);
}

async function buildServices(
  checked: CheckedFile,
  context: CommandContext,
  defaultBacklog: number,
): Promise<ServiceSpec[]> {
  const readers = readersOf(checked, 'SERVICES');
  const lists = await Promise.all(readers.map((reader) => buildService(reader, context, defaultBacklog)));
  const services = lists.flat();
  noteSharedAddresses(services, new Map(readers.map((reader) => [reader.name, reader])));
  return services;
}

function readersOf({ entries, notes }: CheckedFile, section: SectionName): EntryReader[] {
  return entries(section).map(({ table, entry }) => new EntryReader(table, entry, notes));
}

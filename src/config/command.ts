// cmd= and the keys around it -> CommandSpec: the program found, the wrappers put before it, argv ready for exec.
// Everything is noted before it gives up, so that one run reports it all.

import type { CommandSpec, FailureRule } from '../core/spec.ts';
import { findProgram, type Tools } from './program.ts';
import type { EntryReader } from './read.ts';
import { FAILURE_RULES } from './schema.ts';
import { readDirectory, readEnvironment, readFileLimit, readNice, readRunAs } from './surroundings.ts';
import type { Word } from './syntax.ts';
import type { World } from './world.ts';
import { type Surroundings, wrapProgram } from './wrappers.ts';

export interface CommandContext {
  readonly world: World;
  readonly tools: Tools;
  /** For entries that do not say `failures=`. */
  readonly failureRule: FailureRule;
}

export interface CommandOptions {
  /** Whether the section has a key maxfds. */
  readonly maxfds: boolean;
  readonly listenPid: boolean;
}

/** Undefined when something is wrong; that has been noted. */
export async function readCommand(
  reader: EntryReader,
  { world, tools }: CommandContext,
  options: CommandOptions,
): Promise<CommandSpec | undefined> {
  const surroundings: Surroundings = {
    nice: readNice(reader, world),
    files: options.maxfds ? readFileLimit(reader, world) : 0,
    runAs: readRunAs(reader, world),
    umask: reader.octal('umask'),
    listenPid: options.listenPid,
  };
  const environment = readEnvironment(reader);
  const cwd = await readDirectory(reader, world);
  const written = reader.text('cmd');
  const words = written?.text.split(/\s+/).filter((word) => word !== '') ?? [];
  const [first, ...rest] = words;
  if (written === undefined || first === undefined) return undefined;
  const program = await findProgram(first, cwd ?? world.cwd, reader.notes.strictFile, world);
  if (!program.ok) {
    reader.notes.error(firstWord(written, first), program.error.message, program.error.hint);
    return undefined;
  }
  const argv = wrapProgram([program.value, ...rest], surroundings, tools);
  if (!argv.ok) {
    reader.notes.error(reader.place(argv.error.key), argv.error.message, argv.error.hint);
    return undefined;
  }
  const wrapped = argv.value.length > words.length;
  return {
    text: written.text,
    path: argv.value[0] ?? program.value,
    // Cyrus gives the word of the file as argv[0]; behind a wrapper it can only be the path.
    argv: wrapped ? argv.value : words,
    program: program.value,
    environment,
    ...(cwd === undefined ? {} : { cwd }),
    ...runAsOf(surroundings, world),
  };
}

export function readFailureRule(reader: EntryReader, { failureRule }: CommandContext): FailureRule {
  return reader.given('failures') === undefined ? failureRule : reader.choice('failures', FAILURE_RULES);
}

function runAsOf({ runAs }: Surroundings, world: World): Pick<CommandSpec, 'runAs'> {
  return runAs === undefined ? {} : { runAs: { uid: runAs.uid ?? world.uid, gid: runAs.gid } };
}

function firstWord(written: Word, first: string): Word {
  return { ...written, column: written.column + written.text.indexOf(first), length: first.length };
}

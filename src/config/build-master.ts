// The section MASTER -> Settings for the plane, and the core's share of MasterSpec. Options of the command line come
// first: they are given in the words of the file (`log level`) and read by the same rows.

import { resolve } from 'node:path';
import type { MasterSpec } from '../core/spec.ts';
import { assert } from '../lib/assert.ts';
import { checkHttpFiles, readHttp } from './build-http.ts';
import type { CheckedEntry } from './check-keys.ts';
import { FILE_START, type Notes } from './diagnostic.ts';
import { UNIX_PATH_BYTES_MAX } from './listen.ts';
import { EntryReader } from './read.ts';
import { LOG_FORMATS, LOG_LEVELS, tableOf } from './schema.ts';
import type { Settings } from './settings.ts';
import type { ParsedEntry, Word } from './syntax.ts';
import type { World } from './world.ts';

export type OverrideName =
  | 'http listen'
  | 'control socket'
  | 'log level'
  | 'log format'
  | 'log destination'
  | 'run directory'
  | 'shutdown limit'
  | 'sampling interval'
  | 'watchdog limit'
  | 'startcap initial'
  | 'startcap most'
  | 'backlog default';

export type Overrides = Readonly<Partial<Record<OverrideName, string>>>;

export interface MasterPart {
  readonly settings: Settings;
  readonly defaultBacklog: number;
  readonly core: Pick<MasterSpec, 'shutdownlimitMs' | 'startCap'>;
}

/** Notify sockets have the longest names below the run directory: `/notify/` and two numbers. */
const LONGEST_SOCKET_NAME_BYTES = 40;
/** The plane looks once a second, and counts what it was late itself as two. */
const WATCHDOG_LIMIT_MS_MIN = 5_000;

export function buildMaster(
  entries: readonly CheckedEntry[],
  notes: Notes,
  world: World,
  overrides: Overrides,
): MasterPart {
  const readerOf = (name: string) => masterReader(name, entries, notes, overrides);
  const sampling = readerOf('sampling');
  const shutdown = readerOf('shutdown');
  return {
    settings: {
      ...readHttp(readerOf('http'), world),
      ...readPaths(readerOf('run'), readerOf('control'), world),
      log: readLog(readerOf('log'), world),
      sampleIntervalMs: sampling.duration('interval'),
      watchdogLimitMs: readWatchdog(readerOf('watchdog')),
    },
    defaultBacklog: readerOf('backlog').count('default') ?? 0,
    core: {
      shutdownlimitMs: shutdown.duration('limit'),
      startCap: readStartCap(readerOf('startcap'), world),
    },
  };
}

/** What only the disk can tell. Not asked by who only looks for the master. */
export function checkMasterFiles(
  entries: readonly CheckedEntry[],
  notes: Notes,
  world: World,
  overrides: Overrides,
): Promise<void> {
  return checkHttpFiles(masterReader('http', entries, notes, overrides), world);
}

/** A reader of the entry `name`, also when the file has none: then everything is a default. */
function masterReader(
  name: string,
  entries: readonly CheckedEntry[],
  notes: Notes,
  overrides: Overrides,
): EntryReader {
  const table = tableOf('MASTER', name);
  assert(table !== undefined, 'every entry of MASTER has a table', { name });
  const entry = entries.find((candidate) => candidate.entry.name.text === name)?.entry;
  const fromOptions = Object.entries(overrides).flatMap(([path, text]) => {
    const [entryName, key = ''] = path.split(' ');
    return entryName === name && text !== undefined ? [{ key: word(key), value: word(text) }] : [];
  });
  // The first one of a key counts, so options go first.
  const argumentList = [...fromOptions, ...(entry?.arguments ?? [])];
  const merged: ParsedEntry = { name: entry?.name ?? word(name), arguments: argumentList, broken: false };
  return new EntryReader(table, merged, notes);
}

/** What a section MASTER says, for a configuration that has none. */
export function overridesOf(entries: readonly CheckedEntry[]): Overrides {
  const pairs = entries.flatMap(({ entry }) =>
    entry.arguments.map(({ key, value }) => [`${entry.name.text} ${key.text}`, value.text]),
  );
  return Object.fromEntries(pairs) as Overrides;
}

/** A word that does not stand in the file. */
function word(text: string): Word {
  return { ...FILE_START, text };
}

function readLog(reader: EntryReader, world: World): Settings['log'] {
  const written = reader.text('destination');
  const destination = written?.text ?? 'stdout';
  const stream = destination === 'stdout' || destination === 'stderr';
  if (!stream && !destination.includes('/')) {
    const hint = `write stdout, stderr, or a path: ./${destination}`;
    reader.notes.error(reader.place('destination'), `"${destination}" is no log destination`, hint);
  }
  return {
    level: reader.choice('level', LOG_LEVELS),
    format: reader.choice('format', LOG_FORMATS),
    destination: stream ? destination : resolve(world.cwd, destination),
  };
}

function readPaths(
  run: EntryReader,
  control: EntryReader,
  world: World,
): Pick<Settings, 'runDirectory' | 'controlSocket'> {
  const runDirectory = resolve(world.cwd, run.text('directory')?.text ?? defaultRunDirectory(world));
  const bytes = Buffer.byteLength(runDirectory);
  if (bytes + LONGEST_SOCKET_NAME_BYTES > UNIX_PATH_BYTES_MAX) {
    const most = UNIX_PATH_BYTES_MAX - LONGEST_SOCKET_NAME_BYTES;
    const message = `the run directory ${runDirectory} has ${bytes} bytes; at most ${most} leave room for socket names`;
    run.notes.error(
      run.place('directory'),
      message,
      'set a shorter one: MASTER { run directory="/run/example" }',
    );
  }
  const socket = control.text('socket');
  const controlSocket = socket ? resolve(world.cwd, socket.text) : `${runDirectory}/control/control.sock`;
  if (socket !== undefined && Buffer.byteLength(controlSocket) > UNIX_PATH_BYTES_MAX) {
    const message = `the socket path ${controlSocket} is longer than ${UNIX_PATH_BYTES_MAX} bytes`;
    control.notes.error(socket, message);
  }
  return { runDirectory, controlSocket };
}

/** Where the master of this user lives when nothing else is said. The command line looks there too. */
export function defaultRunDirectory(world: Pick<World, 'uid' | 'environment'>): string {
  if (world.uid === 0) return '/run/preforkd';
  const runtime = world.environment.XDG_RUNTIME_DIR;
  return runtime?.startsWith('/') === true ? `${runtime}/preforkd` : `/tmp/preforkd-${world.uid}`;
}

function readWatchdog(reader: EntryReader): number {
  const limitMs = reader.duration('limit');
  if (limitMs > 0 && limitMs < WATCHDOG_LIMIT_MS_MIN) {
    const message = `limit=${limitMs / 1000}s is too short: an idle supervisor turns once a second, and may be late`;
    reader.notes.error(reader.place('limit'), message, 'write 5s or more, or off');
  }
  return limitMs;
}

function readStartCap(reader: EntryReader, world: World): MasterSpec['startCap'] {
  const most = reader.count('most') ?? Math.max(8 * world.processors, reader.count('initial') ?? 0);
  const initial = reader.count('initial') ?? Math.min(2 * world.processors, most);
  if (initial > most) {
    reader.notes.error(reader.place('initial'), `initial=${initial} is more than most=${most}`);
  }
  return { initial, most };
}

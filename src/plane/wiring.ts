// Composes a master: configuration, run directory, instance lock, logs, then the plane around the supervisor
// thread. Everything that can be wrong before the first worker ends here with a sentence on stderr and an exit code
// of sysexits(3); afterwards the plane (plane.ts) runs until the supervisor has ended. Called by `preforkd run`, through
// main.ts, and by cyrmaster, which brings a face of its own.

import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT } from '../lib/exit-codes.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { type Configuration, type LoadConfiguration, loadForMaster } from './configuration.ts';
import { type Face, PLAIN } from './face.ts';
import { type InstanceLock, takeInstanceLock } from './instance-lock.ts';
import { type LogDestination, openLogDestination } from './logs/destination.ts';
import type { CyrusPart, PlaneInput } from './parts.ts';
import { runPlane } from './plane.ts';
import { prepareRunDirectory } from './run-directory.ts';

export interface RunOptions {
  /** Our own, for status and metrics. */
  readonly version: string;
  /** Prints the banner even when nobody sits at a terminal. */
  readonly banner?: boolean;
  /** Faults for a test (`--chaos`). */
  readonly chaos?: PlaneInput['chaos'];
  readonly load?: LoadConfiguration;
  readonly face?: Face;
  readonly cyrus?: CyrusPart;
  /** For what cannot be logged yet. */
  complain?(text: string): void;
}

interface Refusal {
  readonly exitCode: number;
  readonly text: string;
}

/** Runs a master until it has ended; resolves with its exit code. */
export async function runMaster(file: string, options: RunOptions): Promise<number> {
  const path = resolve(file);
  const { load = loadForMaster, face = PLAIN, cyrus } = options;
  const complain = options.complain ?? ((text) => void writeSync(2, `${text}\n`));
  const loaded = await load(path);
  if (!loaded.ok) {
    complain(loaded.diagnostics);
    return EXIT.configuration;
  }
  const { configuration } = loaded;
  const prepared = await prepare(configuration, face);
  if (!prepared.ok) {
    complain(prepared.error.text);
    return prepared.error.exitCode;
  }
  const { runDirectory, lock, destination } = prepared.value;
  try {
    return await runPlane({
      file: path,
      load,
      configuration,
      runDirectory,
      destination,
      version: options.version,
      banner: options.banner === true,
      chaos: options.chaos,
      face,
      complain,
      ...(cyrus === undefined ? {} : { cyrus }),
    });
  } finally {
    lock.release();
    destination.close();
  }
}

interface Prepared {
  readonly runDirectory: string;
  readonly lock: InstanceLock;
  readonly destination: LogDestination;
}

/** In this order: nothing in the run directory is touched before the lock is ours. */
async function prepare({ settings }: Configuration, face: Face): Promise<Result<Prepared, Refusal>> {
  const directory = face.asOwner(() => prepareRunDirectory(settings.runDirectory, settings.controlSocket));
  if (!directory.ok) {
    return err({
      exitCode: EXIT.cannotCreate,
      text: `preforkd: the run directory cannot be used: ${directory.error}`,
    });
  }
  const runDirectory = directory.value;
  const outcome = await takeInstanceLock(runDirectory);
  if (outcome.kind === 'held') {
    const holder = outcome.pid === undefined ? 'another master' : `another master (pid ${outcome.pid})`;
    return err({
      exitCode: face.whenHeld.exitCode,
      text:
        face.whenHeld.text ??
        `preforkd: ${holder} runs on ${runDirectory} already; stop it first (preforkd stop), or set another \`run directory=\` in MASTER`,
    });
  }
  try {
    const destination = await openLogDestination(settings.log.destination, settings.log.format);
    return ok({ runDirectory, lock: outcome.lock, destination });
  } catch (error) {
    outcome.lock.release();
    return err({
      exitCode: EXIT.cannotCreate,
      text: `preforkd: the log ${settings.log.destination} cannot be opened: ${(error as Error).message}`,
    });
  }
}

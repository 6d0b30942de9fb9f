// The master itself, with everything that the plane must know to stand in for Cyrus's: configuration, user, pidfile,
// ready file. Called by run.ts in the process that is to be the master; resolves with its exit code.

import { existsSync } from 'node:fs';
import type { Fact } from '../core/facts.ts';
import { EXIT } from '../lib/exit-codes.ts';
import { err, type Result } from '../lib/result.ts';
import type { User } from '../os/os.ts';
import type { Configuration, LoadConfiguration } from '../plane/configuration.ts';
import type { Face } from '../plane/face.ts';
import { runMaster } from '../plane/wiring.ts';
import { liveAccounts } from './accounts.ts';
import { hasOwnLog, loadCyrus } from './configuration.ts';
import { asUser, findIdentity } from './identity.ts';
import type { Order, Refusal } from './order.ts';
import { createReadyFile, placeReadyFile } from './ready-file.ts';
import { logRefusal } from './system-log.ts';
import { takeTitle } from './title.ts';
import { createVoice } from './voice.ts';

export interface MasterInput {
  readonly version: string;
  readonly environment: NodeJS.ProcessEnv;
  /** To who started it. */
  complain(text: string): void;
  /** The pidfile is written: whoever waits may go. */
  up(): void;
}

/** Cyrus's code for what it has no name for. */
const EXIT_OTHER = 2;

const HELD = 'cannot get exclusive lock on pidfile (is another master still running?)';

export async function runMasterOf(order: Order, input: MasterInput): Promise<number> {
  takeTitle(process.argv[1] ?? '', process.argv.slice(2));
  const place = findPlace(order);
  if (!place.ok) {
    const { text, exitCode } = place.error;
    input.complain(text);
    await logRefusal(text, order.settings, input.environment);
    return exitCode;
  }
  return serve(order, place.value, input);
}

/** As whom it runs, and in which directory. */
function findPlace({ settings, line }: Order): Result<User | undefined, Refusal> {
  const identity = findIdentity(settings, liveAccounts());
  if (!identity.ok) return err({ text: identity.error, exitCode: EXIT.failure });
  if (!line.daemon || enterCores(settings.configDirectory)) return identity;
  return err({ text: `couldn't chdir to ${settings.configDirectory}`, exitCode: EXIT_OTHER });
}

async function serve(order: Order, becomes: User | undefined, input: MasterInput): Promise<number> {
  const { version, environment, complain } = input;
  const ownLog = await hasOwnLog(order.ownFile);
  let latest: Configuration | undefined;
  const warn = (text: string) => {
    complain(text);
    voice.warn(text);
  };
  const voice = createVoice({
    order,
    environment,
    becomes,
    ownLog,
    specification: () => latest?.master,
    warn,
  });
  const ready = createReadyFile(readyPath(order, becomes), warn);
  const face: Face = {
    pidfile: order.pidfile,
    pidfileTaken: () => {
      ready.begin();
      input.up();
    },
    asOwner: (make) => (becomes === undefined ? make() : asUser(becomes, make)),
    // The pidfile would be the other's as well: so Cyrus's words for that.
    whenHeld: { exitCode: EXIT.osError, text: HELD },
  };
  const read = loadCyrus({ ...order, becomes });
  const load: LoadConfiguration = async (file) => {
    const loaded = await read(file);
    if (!loaded.ok) return loaded;
    // Later on a reload sees to it.
    if (latest === undefined) voice.part.log?.setLevel(loaded.configuration.settings.log.level);
    latest = loaded.configuration;
    return loaded;
  };
  const cyrus = {
    ...voice.part,
    learn: (fact: Fact) => {
      voice.part.learn(fact);
      ready.learn(fact);
    },
  };
  const refuse = (text: string) => {
    complain(text);
    voice.refuse(text);
  };
  const exitCode = await runMaster(order.cyrusConf, { version, load, face, cyrus, complain: refuse });
  ready.end();
  await voice.close();
  return exitCode;
}

function readyPath({ readyFile, settings }: Order, becomes: User | undefined): string | undefined {
  if (readyFile === undefined || becomes === undefined) return readyFile;
  return placeReadyFile(readyFile, becomes, settings.configDirectory);
}

/** A daemon works where its cores can go to die. */
function enterCores(configDirectory: string): boolean {
  const cores = `${configDirectory}/cores`;
  try {
    process.chdir(existsSync(cores) ? cores : configDirectory);
    return true;
  } catch {
    return false;
  }
}

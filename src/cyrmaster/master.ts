// The master itself, with everything that the plane must know to stand in for Cyrus's: configuration, user, pidfile,
// ready file. Called by run.ts in the process that is to be the master; resolves with its exit code.

import { existsSync } from 'node:fs';
import { liveWorld } from '../config/world.ts';
import type { Fact } from '../core/facts.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { Configuration, LoadConfiguration } from '../plane/configuration.ts';
import type { Face } from '../plane/face.ts';
import { runMaster } from '../plane/wiring.ts';
import { hasOwnLog, loadCyrus } from './configuration.ts';
import { asUser, findIdentity } from './identity.ts';
import type { Order } from './order.ts';
import { createReadyFile } from './ready-file.ts';
import { takeTitle } from './title.ts';
import { createVoice } from './voice.ts';

export interface MasterInput {
  readonly version: string;
  readonly environment: NodeJS.ProcessEnv;
  complain(text: string): void;
  /** The pidfile is written: whoever waits may go. */
  up(): void;
}

/** Cyrus's code for what it has no name for. */
const EXIT_OTHER = 2;

export async function runMasterOf(order: Order, input: MasterInput): Promise<number> {
  const { settings, pidfile, cyrusConf } = order;
  const { version, environment, complain } = input;
  takeTitle(process.argv[1] ?? '', process.argv.slice(2));
  const identity = findIdentity(settings, await liveWorld());
  if (!identity.ok) {
    complain(identity.error);
    return EXIT.failure;
  }
  const becomes = identity.value;
  if (order.line.daemon && !enterCores(settings.configDirectory)) {
    complain(`couldn't chdir to ${settings.configDirectory}`);
    return EXIT_OTHER;
  }
  const ready = createReadyFile(order.readyFile, complain);
  const face: Face = {
    pidfile,
    pidfileTaken: () => {
      ready.begin();
      input.up();
    },
    asOwner: (make) => (becomes === undefined ? make() : asUser(becomes, make)),
    // The pidfile would be the other's as well.
    exitCodeWhenHeld: EXIT.osError,
  };
  const ownLog = await hasOwnLog(order.ownFile);
  let latest: Configuration | undefined;
  const specification = () => latest?.master;
  const voice = createVoice({ order, environment, becomes, ownLog, specification, complain });
  const { log } = voice.part;
  const read = loadCyrus({ ...order, becomes });
  const load: LoadConfiguration = async (file) => {
    const loaded = await read(file);
    if (!loaded.ok) return loaded;
    // Later on a reload sees to it.
    if (latest === undefined) log?.setLevel(loaded.configuration.settings.log.level);
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
  const exitCode = await runMaster(cyrusConf, { version, load, face, cyrus, complain });
  ready.end();
  voice.close();
  return exitCode;
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

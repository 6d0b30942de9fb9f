// The parts of the benchmark page, in the order that they are read: Cyrus first, for whom this master is a replacement;
// then Node's own ways, the policies, signals, scale, and what a master costs that has nothing to do.

import { part as cWorker } from './c-worker.ts';
import { part as cyrusBacklog } from './cyrus-backlog.ts';
import { part as cyrusForkFailure } from './cyrus-fork-failure.ts';
import { part as cyrusHeld } from './cyrus-held.ts';
import { part as cyrusReleased } from './cyrus-released.ts';
import { part as cyrusReload } from './cyrus-reload.ts';
import { part as cyrusShort } from './cyrus-short.ts';
import { part as cyrusStop } from './cyrus-stop.ts';
import { part as descriptors } from './descriptors.ts';
import { part as idle } from './idle.ts';
import { part as nodeCrash } from './node-crash.ts';
import { part as nodeReload } from './node-reload.ts';
import { part as nodeSlow } from './node-slow.ts';
import { part as nodeThroughput } from './node-throughput.ts';
import { part as pageWeight } from './page-weight.ts';
import type { Part } from './part.ts';
import { part as policiesReal } from './policies-real.ts';
import { part as policiesSim } from './policies-sim.ts';
import { part as scrape } from './scrape.ts';
import { part as sdkStartup } from './sdk-startup.ts';
import { part as services } from './services.ts';
import { part as signals } from './signals.ts';
import { part as spawn } from './spawn.ts';
import { part as turn } from './turn.ts';

export const PARTS: readonly Part[] = [
  cyrusHeld,
  cyrusShort,
  cyrusReleased,
  cyrusBacklog,
  cyrusForkFailure,
  cyrusReload,
  cyrusStop,
  cWorker,
  nodeThroughput,
  nodeCrash,
  nodeReload,
  nodeSlow,
  policiesSim,
  policiesReal,
  signals,
  turn,
  services,
  scrape,
  pageWeight,
  descriptors,
  idle,
  spawn,
  sdkStartup,
];

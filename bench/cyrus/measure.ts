// One burst at one freshly started master: what its clients saw and what the master spent.

import { setTimeout as delay } from 'node:timers/promises';
import { type BurstOptions, type BurstResult, burst } from '../lib/burst.ts';
import { percentile } from '../lib/statistics.ts';
import type { CyrusHome } from '../setup/cyrus.ts';
import { type Running, type Side, type SideOptions, startSide, stopSide, warmUp } from './sides.ts';

export interface Measured {
  readonly greetedP50Ms: number;
  readonly greetedP95Ms: number;
  readonly greetedP99Ms: number;
  readonly greetedMaxMs: number;
  /** Until the last client was through. */
  readonly lastMs: number;
  readonly neverGreeted: number;
  /** Workers started in the burst. */
  readonly forks: number;
  readonly masterCpuMs: number;
  readonly masterRssBytes: number;
}

const SETTLED_AFTER_MS = 700;
const UP_LIMIT_MS = 20_000;
const LOOK_AGAIN_MS = 20;

export async function measureBurst(
  side: Side,
  home: CyrusHome,
  options: SideOptions,
  load: Omit<BurstOptions, 'port'>,
): Promise<Measured> {
  const running = await startSide(side, home, options);
  try {
    await warmUp(running);
    await settled(running, options.prefork);
    const { master, port } = running;
    const [forksBefore, cpuBefore] = [master.children().length, master.cpuMs()];
    const result = await burst({ ...load, port });
    return {
      ...latenciesOf(result),
      forks: master.children().length - forksBefore,
      masterCpuMs: master.cpuMs() - cpuBefore,
      masterRssBytes: master.rssBytes(),
    };
  } finally {
    await stopSide(running);
  }
}

/** imapd says nothing when it is up: all that were asked for live, and have had the time to start. */
async function settled({ master }: Running, prefork: number): Promise<void> {
  const deadline = performance.now() + UP_LIMIT_MS;
  while (master.children().length < prefork) {
    if (performance.now() > deadline) throw new Error(`${prefork} workers were not started`);
    await delay(LOOK_AGAIN_MS);
  }
  await delay(SETTLED_AFTER_MS);
}

function latenciesOf({ greetedMs, lastMs, neverGreeted }: BurstResult) {
  const at = (percent: number) => percentile(greetedMs, percent);
  return {
    greetedP50Ms: at(50),
    greetedP95Ms: at(95),
    greetedP99Ms: at(99),
    greetedMaxMs: at(100),
    lastMs,
    neverGreeted,
  };
}

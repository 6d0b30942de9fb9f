// What does it cost to be looked at? Masters on the real port with 1, 50 and 500 services of one sleeping worker each,
// measured turn about in one process: the publish stage of a turn with the copy to shared memory; a reader's copy; and a
// whole /metrics page in both formats, its time and its bytes. Prints JSON.

import { publish } from '../../src/core/publish.ts';
import { createBoardReader } from '../../src/plane/metrics/board-reader.ts';
import type { Numbers } from '../../src/plane/metrics/collect.ts';
import { createMetricsPage, type MetricsFormat } from '../../src/plane/metrics/exporter.ts';
import { createScoreboard, scoreboardWriter } from '../../src/thread/scoreboard.ts';
import { type CoreMaster, endCore, inRunDirectory, startCore, timed } from '../lib/core-master.ts';
import { type Machine, type Spread, spread, watchMachine } from '../lib/statistics.ts';

const SIZES = [1, 50, 500] as const;
const ROUNDS = 300;
const SCRAPES = 40;
const WARM_SCRAPES = 5;

export interface ScrapeResult {
  readonly name: 'scrape';
  readonly machine: Machine;
  readonly rows: readonly Row[];
}

interface Row {
  readonly services: number;
  readonly series: number;
  readonly publishUs: Spread;
  readonly copyUs: Spread;
  readonly plain: PageFigures;
  readonly openMetrics: PageFigures;
}

interface PageFigures {
  readonly ms: Spread;
  readonly bytes: number;
}

interface Side {
  readonly services: number;
  readonly core: CoreMaster;
  publish(): void;
  copy(): void;
  readonly plain: MetricsFormat;
  readonly openMetrics: MetricsFormat;
  readonly publishUs: number[];
  readonly copyUs: number[];
}

function startSide(services: number, runDirectory: string): Side {
  const core = startCore({ runDirectory, services, workersEach: 1, room: 1, descriptorsPerWorker: 4 });
  const { master } = core;
  const shared = createScoreboard();
  const writer = scoreboardWriter(shared);
  const reader = createBoardReader(shared);
  const slots = master.services.map(
    ({ slot, name: service, family, kind }) => [slot, { service, family, kind }] as const,
  );
  const numbers = (): Numbers => ({
    board: reader.read(),
    slots,
    events: [],
    usage: new Map(),
    plane: (value) =>
      value === 'build-info'
        ? { value: 1, labels: { version: 'bench', node: process.version } }
        : { value: 1 },
  });
  const page = createMetricsPage(numbers);
  return {
    services,
    core,
    publish: () => {
      publish(master);
      writer.begin();
      writer.copy(master.board, master.slotsUsed);
      writer.end();
    },
    copy: () => void reader.read(),
    plain: page,
    openMetrics: page.openMetrics,
    publishUs: [],
    copyUs: [],
  };
}

async function pagesOf(sides: readonly Side[], format: 'plain' | 'openMetrics'): Promise<PageFigures[]> {
  const ms = sides.map((): number[] => []);
  const bytes = sides.map(() => 0);
  for (let round = 0; round < WARM_SCRAPES + SCRAPES; round += 1) {
    for (const [index, side] of sides.entries()) {
      const began = performance.now();
      const page = await side[format].render();
      const took = performance.now() - began;
      if (round >= WARM_SCRAPES) ms[index]?.push(took);
      bytes[index] = Buffer.byteLength(page);
    }
  }
  return sides.map((_, index) => ({ ms: spread(ms[index] ?? []), bytes: bytes[index] ?? 0 }));
}

async function seriesOf({ plain }: Side): Promise<number> {
  const lines = (await plain.render()).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).length;
}

const machine = watchMachine();
const sides = inRunDirectory((runDirectory) => SIZES.map((size) => startSide(size, runDirectory)));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const side of sides) {
    side.publishUs.push(timed(side.publish));
    side.copyUs.push(timed(side.copy));
  }
}
const plain = await pagesOf(sides, 'plain');
const openMetrics = await pagesOf(sides, 'openMetrics');
const rows: Row[] = [];
for (const [index, side] of sides.entries()) {
  rows.push({
    services: side.services,
    series: await seriesOf(side),
    publishUs: spread(side.publishUs),
    copyUs: spread(side.copyUs),
    plain: plain[index] as PageFigures,
    openMetrics: openMetrics[index] as PageFigures,
  });
}
for (const { core } of sides) endCore(core);
const result: ScrapeResult = { name: 'scrape', machine: machine(), rows };
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);

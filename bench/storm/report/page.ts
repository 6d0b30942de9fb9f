// The report of a storm: one page that needs nothing else, no script, no font, no picture from anywhere. Figures on top,
// plots below, and at the end everything that repeats it. Follows the reader's light or dark scheme. Made from the result
// alone, so that it says what the table and the JSON say.

import { durationText, printable, sizeText } from '../../../src/lib/text.ts';
import type { StormResult } from '../show/result.ts';
import { draw, type Plot } from './draw.ts';
import { cardHtml, type Figure, figureHtml, framed, type Tile, tilesHtml } from './frame.ts';
import { escaped } from './html.ts';
import { marksText } from './marks.ts';
import { clientsPlot, latencyPlot, percentilePlot, standsAtArrival } from './plots-clients.ts';
import { processPlot, stagesPlot } from './plots-cost.ts';
import { spawnsPlot, workersPlot } from './plots-master.ts';

export function reportPage(result: StormResult): string {
  const body = `${tilesOf(result)}
${objectivesOf(result)}
${notesOf(result)}
<div class="plots">
${figuresOf(result).map(figureHtml).join('\n')}
${parametersOf(result)}
</div>`;
  return framed(titleOf(result), subtitleOf(result), body);
}

function titleOf({ load, protocol, target }: StormResult): string {
  return `A storm of ${load.connections} ${protocol} clients (${load.shape}) at ${printable(target)}`;
}

function subtitleOf({ load, seconds, seed, machine, began, interrupted }: StormResult): string {
  const span = load.durationMs > 0 ? `arriving over ${durationText(load.durationMs)}` : 'arriving at once';
  return (
    `${span}, session ${load.session}; ${interrupted ? 'ended by hand after' : 'over after'} ` +
    `${durationText(seconds * 1_000)}. Seed ${seed}. ${machine.processors} x ${machine.model}, ` +
    `Linux ${machine.kernel}, ${began.slice(0, 16).replace('T', ' ')} UTC.`
  );
}

const ms = (value: number | null) => (value === null ? 'never' : durationText(value));

function tilesOf({ visits, latency, master, listen }: StormResult): string {
  const tiles: Tile[] = [
    ['greeted', `${visits.greeted} of ${visits.all}`, visits.greeted < visits.all],
    ['failed', `${visits.failed}`, visits.failed > 0],
    ['greeting p50', ms(latency.greeting.p50)],
    ['greeting p99', ms(latency.greeting.p99), latency.greeting.p99 === null],
    ['last greeting', ms(latency.greeting.max)],
    ...(master?.workers === undefined
      ? []
      : ([
          ['workers at most', `${master.workers.activeMost}`],
          ['spawns', `${master.workers.spawns}`],
          ['queue at most', `${master.workers.queueMost}`],
          ...(master.workers.interruptions > 0
            ? ([['interruptions', `${master.workers.interruptions.toLocaleString('en')}`]] as const)
            : []),
        ] as Tile[])),
    ...(listen === undefined || listen.overflows === 0
      ? []
      : ([['listen overflows', `${listen.overflows}`, true]] as Tile[])),
  ];
  return tilesHtml(tiles);
}

function objectivesOf({ objectives }: StormResult): string {
  if (objectives.length === 0) return '';
  const items = objectives.map(
    ({ objective, measured, holds }) =>
      `<li class="${holds ? 'holds' : 'broken'}"><b>${escaped(objective)}</b> ` +
      `${holds ? 'holds' : 'does not hold'}: ${escaped(measured)}</li>`,
  );
  return `<ul class="objectives">${items.join('')}</ul>`;
}

function notesOf(result: StormResult): string {
  const marks = marksText(result);
  const notes = [
    ...result.notes,
    ...result.trouble.map(({ kind, text }) => `${kind}: ${text}`),
    ...(marks === '' ? [] : [marks]),
  ];
  if (notes.length === 0) return '';
  return `<ul class="notes">${notes.map((note) => `<li>${escaped(note)}</li>`).join('')}</ul>`;
}

function figuresOf(result: StormResult): readonly Figure[] {
  const { master, timeline } = result;
  const figures: Figure[] = [];
  const add = (title: string, says: string, plot: Plot) => {
    figures.push({ title, says, svg: draw(`plot${figures.length}`, plot) });
  };
  if (timeline.greetings.length + timeline.failures.length > 0) {
    const where = standsAtArrival(result) ? 'when it was planned to arrive' : 'when it was greeted';
    add(
      'Latency over time',
      `From the planned arrival to the greeting. Each client stands ${where}.`,
      latencyPlot(result),
    );
    add(
      'Percentiles',
      'How many were served within how long. A curve that ends early: the rest never were.',
      percentilePlot(result),
    );
    add('Arrived and greeted', 'The gap between the two is who waits.', clientsPlot(result));
  }
  if (master?.workers !== undefined) {
    const service = master.service ?? 'all services';
    add(
      'Workers and queue',
      `Workers of ${service} by state, and above them the clients in the kernel's queue.`,
      workersPlot(result),
    );
    add('Spawns', 'Workers spawned per second.', spawnsPlot(result));
  }
  if ((master?.stages.length ?? 0) > 0) {
    add(
      'Stages of a turn',
      `Where the supervisor's time went, in ${master?.workers?.turns ?? 0} turns; the wait in poll is left out.`,
      stagesPlot(result),
    );
  }
  if (master?.process !== undefined) {
    const { cpuSeconds, memoryBytesMost, childrenMost } = master.process;
    const used = `${durationText(cpuSeconds * 1_000)} of CPU, ${sizeText(memoryBytesMost)}, ${childrenMost} children at most.`;
    add('The master itself', used, processPlot(result));
  }
  return figures;
}

function parametersOf(result: StormResult): string {
  const { command, reasons, generator, latency, machine, preforkd } = result;
  const rows: [string, string][] = [
    ['again', command],
    [
      'generator',
      `lateness p99 ${ms(latency.lateness.p99)}, ${Math.round(generator.cpuShare * 100)} % of a processor`,
    ],
    ['source addresses', `${generator.sources}`],
    [
      'made by',
      `preforkd ${preforkd} on Node ${machine.node}, load average ${machine.loadAverage.toFixed(2)}`,
    ],
    ...reasons.map(({ outcome, reason, count }): [string, string] => [
      outcome,
      `${count} x ${printable(reason)}`,
    ]),
  ];
  return cardHtml('The same again', rows);
}

// The incident as one page: the verdict, its figures, both loops on one time line, the run under real signals, what the
// reproduction leaves out, and the command that repeats it. Made from the result alone.

import { durationText } from '../../../src/lib/text.ts';
import { draw, type Plot } from '../../storm/report/draw.ts';
import {
  cardHtml,
  type Figure,
  figureHtml,
  framed,
  type Tile,
  tableHtml,
  tilesHtml,
} from '../../storm/report/frame.ts';
import { escaped } from '../../storm/report/html.ts';
import { LIMITS } from './limits.ts';
import { LOOP_NAMES, LOOP_SAYS } from './order.ts';
import { messagesPlot, readyPlot, servedPlot, stampsPlots, turnsPlot, waitingPlot } from './plots.ts';
import type { StalledMasterResult } from './result.ts';
import { SIGNAL_FIGURES, seconds } from './table.ts';

export function reportPage(result: StalledMasterResult): string {
  const body = `${verdictOf(result)}
${tilesOf(result)}
<div class="plots">
${figuresOf(result).map(figureHtml).join('\n')}
${signalsOf(result)}
${againOf(result)}
${limitsHtml()}
</div>`;
  return framed('The stalled master', subtitleOf(result), body);
}

function subtitleOf({ interrupted, seed, machine }: StalledMasterResult): string {
  const { run } = interrupted.completes;
  const { fromMs = 0, untilMs = 0 } = run.window ?? {};
  return (
    `Cyrus IMAP 2.5.7, Konstanz, 2016, made again: one core, ${run.arrivals.length} clients who stay, every poll ` +
    `interrupted from ${seconds(fromMs)} to ${seconds(untilMs)} (grey). "The old way" goes back to the top of its loop then. ` +
    `Seed ${seed}. ${machine.processors} x ${machine.model}, Linux ${machine.kernel}.`
  );
}

function tilesOf({ interrupted, verdict }: StalledMasterResult): string {
  const tiles = LOOP_NAMES.flatMap((loop): Tile[] => {
    const { silence, served, arrived, turnsCompleted } = interrupted[loop].figures;
    const who = LOOP_SAYS[loop];
    const bad = loop === 'completes' ? verdict.oursStalled : verdict.oldStalled;
    return [
      [
        `${who}: greeted, of those who came in the grey time`,
        `${served} of ${arrived}`,
        bad && served < arrived,
      ],
      [`${who}: longest with nobody greeted`, durationText(silence.untilMs - silence.fromMs), bad],
      [`${who}: turns completed in the grey time`, turnsCompleted.toLocaleString('en'), turnsCompleted === 0],
    ];
  });
  return tilesHtml(tiles, 'even');
}

function verdictOf({ verdict }: StalledMasterResult): string {
  const good = verdict.oldStalled && !verdict.oursStalled;
  return `<ul class="objectives verdict"><li class="${good ? 'holds' : 'broken'}"><b>Verdict:</b> ${escaped(verdict.text)}</li></ul>`;
}

function figuresOf({ interrupted }: StalledMasterResult): readonly Figure[] {
  const figures: Figure[] = [];
  const add = (title: string, says: string, plot: Plot) => {
    figures.push({ title, says, svg: draw(`plot${figures.length}`, plot) });
  };
  add('New clients served', 'Greeted per second. The same clients come to both.', servedPlot(interrupted));
  add('Clients waiting', 'Connected, and not greeted yet.', waitingPlot(interrupted));
  add('Turns', 'A stalled loop is busy: it begins turns, and completes none.', turnsPlot(interrupted));
  add('Messages waiting', 'Workers with words that the master has not read.', messagesPlot(interrupted));
  for (const [name, plot] of stampsPlots(interrupted)) {
    add(`Ten timestamps, ${name}`, 'A mark wherever one was taken, in the order of the turn.', plot);
  }
  add(
    'Ready workers',
    'What the master believes, and in truth: its living children less those whose client was greeted.',
    readyPlot(interrupted),
  );
  return figures;
}

function signalsOf({ signalled }: StalledMasterResult): string {
  const titles = ['', ...LOOP_NAMES.map((loop) => LOOP_SAYS[loop])];
  const rows = SIGNAL_FIGURES.map(({ name, cell }) => [
    name,
    ...LOOP_NAMES.map((loop) => cell(signalled[loop])),
  ]);
  return tableHtml('Real signals beside it, nothing injected', titles, rows);
}

function limitsHtml(): string {
  const items = LIMITS.map((limit) => `<li>${escaped(limit)}</li>`).join('');
  return `<section class="card"><h2>What it is, and what it is not</h2><ul class="notes">${items}</ul></section>`;
}

function againOf({ command, machine, preforkd }: StalledMasterResult): string {
  return cardHtml('The same again', [
    ['again', command],
    [
      'made by',
      `preforkd ${preforkd} on Node ${machine.node}, load average ${machine.loadAverage.toFixed(2)}`,
    ],
  ]);
}

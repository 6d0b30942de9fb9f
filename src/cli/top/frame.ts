// One picture of `preforkd top`, as lines: header, services, why, the last events, keys. State in, lines out: pure, and
// never more lines or columns than there are. Foreign text is made printable here, for it ends on somebody's terminal.

import { countText, printable, sizeText } from '../../lib/text.ts';
import type { Remark } from '../../plane/recent.ts';
import { lifeText } from '../status-text.ts';
import type { Glyphs } from './bar.ts';
import { rateText } from './columns.ts';
import type { Figures, Row } from './figures.ts';
import { helpLines, serviceLines } from './pages.ts';
import { clip, type Line, type Span, span, type Tone } from './paint.ts';
import { listLines, remarkLines } from './parts.ts';
import { selectedIndex, sorted, type View } from './view.ts';
import { cut, widthOf, wrap } from './width.ts';

export interface Picture {
  /** undefined until the master has answered. */
  readonly figures: Figures | undefined;
  readonly remarks: readonly Remark[];
  /** Why there is nothing newer. */
  readonly trouble: string | undefined;
  readonly view: View;
  readonly glyphs: Glyphs;
  readonly width: number;
  /** undefined: a page without end, and without keys. */
  readonly height: number | undefined;
  /** Local wall clock. */
  readonly now: Date;
}

const WHY_LINES_MAX = 3;
const REMARKS_WANTED = 5;
const REMARKS_ON_PAPER = 10;

export function frame(picture: Picture): readonly Line[] {
  const { view, height, width } = picture;
  const head = [...headLines(picture), []];
  if (height === undefined) return [...head, ...bodyLines(picture, Number.POSITIVE_INFINITY)];
  const foot = footLine(view, width);
  const room = Math.max(0, height - head.length - 1);
  const body = view.page === 'help' ? helpLines(width, picture.glyphs) : bodyLines(picture, room);
  const filled = [...body, ...Array.from({ length: room }, (): Line => [])].slice(0, room);
  return [...head, ...filled, foot].slice(-height).map((line) => clip(line, width));
}

/** How many services a screen of this height shows at once. */
export function perPageOf(height: number): number {
  return Math.max(1, height - 12);
}

function bodyLines(picture: Picture, room: number): readonly Line[] {
  const { figures, view, width, remarks } = picture;
  if (figures === undefined) return [[span('waiting for the master', 'faint')]];
  const rows = sorted(figures.rows, view);
  const index = selectedIndex(rows, view);
  const row = rows[index];
  const about = ({ service }: Remark) => service === row?.service.name;
  if (view.page === 'service' && row !== undefined)
    return serviceLines(row, remarks.filter(about), picture.glyphs, width, room);
  const unbounded = room === Number.POSITIVE_INFINITY;
  const why = unbounded ? whyAll(rows, width) : whyOne(row, width);
  const remarksWanted = Math.min(remarks.length, unbounded ? REMARKS_ON_PAPER : REMARKS_WANTED);
  const forList = room - why.length - (remarksWanted === 0 ? 0 : remarksWanted + 2);
  // Where there is no room for both, half of it is for services.
  const atLeast = Math.min(rows.length + 1, Math.max(2, Math.ceil((room - why.length) / 2)));
  const list = listLines(rows, { ...picture, index, room: Math.max(atLeast, forList), marked: !unbounded });
  const left = room - list.length - why.length - 2;
  const shown = unbounded ? remarksWanted : Math.min(remarks.length, Math.max(0, left));
  return [...list, ...why, ...remarkLines(remarks.slice(remarks.length - shown), width)];
}

function whyOne(row: Row | undefined, width: number): readonly Line[] {
  if (row === undefined) return [];
  return [[], ...whyText(row, width)];
}

/** On paper nobody can select: all that need a look are explained. */
function whyAll(rows: readonly Row[], width: number): readonly Line[] {
  const ill = rows.filter(({ severity }) => severity !== 'well');
  return ill.length === 0 ? [] : [[], ...ill.flatMap((row) => whyText(row, width))];
}

function whyText({ service, severity }: Row, width: number): readonly Line[] {
  const tone = severity === 'well' ? 'plain' : severity;
  return wrap(printable(service.why), width, WHY_LINES_MAX).map((text) => [span(text, tone)]);
}

function headLines({ figures, trouble, width, now, height }: Picture): readonly Line[] {
  const clock = now.toTimeString().slice(0, 8);
  if (figures === undefined) return [sides('preforkd', clock, width), healthLine(undefined, trouble, width)];
  const { status, turnRate, rows } = figures;
  const { master } = status;
  const workers = rows.reduce((total, { service }) => total + service.active, 0);
  const parts = [
    countText(workers, 'worker'),
    `${rateText(turnRate) || '-'} turns/s`,
    `start cap ${master.startCap}`,
    `master ${sizeText(master.memoryBytes)}`,
  ];
  const name = `preforkd ${printable(master.version)}, pid ${master.pid}, ${lifeText(master)}`;
  return [
    sides(name, height === undefined ? `${now.toDateString()} ${clock}` : clock, width),
    [span(cut(parts.join('   '), width))],
    healthLine(figures, trouble, width),
  ];
}

/** One text at each end of the line; the left one gives way. */
function sides(left: string, right: string, width: number): Line {
  const room = width - widthOf(right) - 2;
  if (room < 8) return [span(cut(left, width), 'title')];
  const shown = cut(left, room);
  return [span(shown, 'title'), span(`${' '.repeat(width - widthOf(shown) - widthOf(right))}${right}`)];
}

function healthLine(figures: Figures | undefined, trouble: string | undefined, width: number): Line {
  if (trouble !== undefined)
    return [span(cut(`! the master does not answer: ${printable(trouble)}; trying again`, width), 'error')];
  if (figures === undefined) return [];
  const ill = sorted(figures.rows, { sort: 'trouble' } as View).filter(({ severity }) => severity !== 'well');
  const waiting = figures.rows.reduce((total, { service }) => total + service.queue, 0);
  const clients =
    waiting === 0 ? 'no client waits' : `${countText(waiting, 'client')} wait${waiting === 1 ? 's' : ''}`;
  if (ill.length === 0) return [span(cut(`all is well, ${clients}`, width), 'well')];
  const names = ill.map(({ title, state }) => `${printable(title)} (${state})`).join(', ');
  const tone: Tone = ill[0]?.severity === 'error' ? 'error' : 'warning';
  const verb = ill.length === 1 ? 'needs' : 'need';
  return [
    span(cut(`! ${countText(ill.length, 'service')} ${verb} a look, ${clients}: ${names}`, width), tone),
  ];
}

function footLine({ asking, note, sort, reversed, page }: View, width: number): Line {
  const filled = (text: string, tone: Tone): Span[] => {
    const shown = cut(` ${text}`, width);
    return [span(shown + ' '.repeat(Math.max(0, width - widthOf(shown))), tone)];
  };
  if (asking !== undefined)
    return filled(`${asking.verb} ${printable(asking.service)}? y: yes, any other key: no`, 'selected');
  if (note !== '') return filled(printable(note), 'selected');
  if (page === 'help') return filled('q quit   ? back', 'selected');
  const order = `${sort}${reversed ? ', reversed' : ''}`;
  const back = page === 'service' ? 'Enter back' : 'Enter in full';
  return filled(`q quit   ? help   ${back}   p pause   r resume   s sort: ${order}`, 'selected');
}

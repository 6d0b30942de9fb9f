// The other pages of `preforkd top`: one service in full, and the help. Pure; called by frame.ts.

import { countText, durationText, printable, sizeText } from '../../lib/text.ts';
import type { Remark } from '../../plane/recent.ts';
import type { WorkerStatus } from '../../plane/status.ts';
import { bar, type Glyphs } from './bar.ts';
import type { Row } from './figures.ts';
import { type Line, span } from './paint.ts';
import { remarkLines } from './parts.ts';
import { cut, wrap } from './width.ts';

const REMARKS_MAX = 6;
const WORKERS_WANTED = 3;

/** Why in full, its limits, its workers, its last events: as many of the last two as there is room for. */
export function serviceLines(
  row: Row,
  remarks: readonly Remark[],
  glyphs: Glyphs,
  width: number,
  room: number,
): readonly Line[] {
  const { service, title, severity } = row;
  const { starting, ready, busy, draining, active, maxchild, prefork, queue, queueLimit, listen } = service;
  const most = maxchild === null ? 'no maxchild' : `maxchild ${maxchild}`;
  const head: Line[] = [
    [
      span(
        cut(printable([title, listen, row.state].filter((part) => part !== '').join('   ')), width),
        'title',
      ),
    ],
    [...bar(service, Math.min(width, 60), glyphs)],
    [
      span(
        cut(
          `${countText(active, 'worker')}: ${busy} busy, ${ready} ready (${starting} starting), ${draining} draining; prefork ${prefork}, ${most}; queue ${queue}/${queueLimit}`,
          width,
        ),
      ),
    ],
    [],
    ...wrap(printable(service.why), width).map(
      (text): Line => [span(text, severity === 'well' ? 'plain' : severity)],
    ),
  ];
  const forWorkers = Math.min(service.workers.length, WORKERS_WANTED);
  const left = room - head.length - forWorkers - 4;
  const events = remarkLines(
    remarks.slice(-Math.max(0, Math.min(REMARKS_MAX, left)) || remarks.length),
    width,
  );
  const workers = workerLines(service.workers, room - head.length - events.length - 2, width);
  return [...head, ...workers, ...events];
}

function workerLines(workers: readonly WorkerStatus[], room: number, width: number): readonly Line[] {
  if (workers.length === 0 || room < 1) return [];
  const longest = workers.toSorted((one, other) => other.stateSeconds - one.stateSeconds).slice(0, room);
  const lines = longest.map((worker): Line => [span(cut(workerText(worker), width))]);
  const more = workers.length > longest.length ? `, ${longest.length} of ${workers.length}` : '';
  return [[], [span(cut(`WORKERS, longest in their state first${more}`, width), 'faint')], ...lines];
}

function workerText({
  pid,
  state,
  stateSeconds,
  clients,
  uses,
  cpuPercent,
  memoryBytes,
  statusText,
}: WorkerStatus): string {
  const parts = [
    `${pid} ${state.padEnd(8)} for ${durationText(stateSeconds * 1000)}`,
    `${countText(clients, 'client')}, ${countText(uses, 'use')}`,
    cpuPercent === undefined ? '' : `${cpuPercent}% cpu`,
    memoryBytes === undefined ? '' : sizeText(memoryBytes),
    printable(statusText ?? ''),
  ];
  return parts.filter((part) => part !== '').join('   ');
}

const HELP = `
Up, Down, j, k     select a service (also PgUp, PgDn, g, G)
Enter, w           the selected service in full: why, workers, events
s, Right, Left     sort by the next or the one before:
                   trouble, name, queue, busy, active, connections,
                   spawns, cpu, memory
S                  the other way round
p                  pause: no new workers are spawned for it (asks first)
r                  resume (asks first)
Space              look now
?                  this page
q, Ctrl-C          quit

The bar:  %BUSY% busy  %DRAINING% draining  %READY% ready  %STARTING% starting  %FREE% free below maxchild
QUEUE is how many clients wait in the kernel, of how many may.`;

export function helpLines(width: number, glyphs: Glyphs): readonly Line[] {
  const shown = Object.entries(glyphs).reduce(
    (text, [part, glyph]) => text.replace(`%${part.toUpperCase()}%`, glyph),
    HELP,
  );
  return shown
    .trim()
    .split('\n')
    .map((text): Line => [span(cut(text, width))]);
}

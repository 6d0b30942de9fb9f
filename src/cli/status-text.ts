// The status of the master as text: a line about the master, a table of services, a table of workers, EVENTS, and
// a sentence for every service that is held back. Pure; golden-tested. Foreign text (STATUS= of a worker, its last
// words) is made printable, for it ends on somebody's terminal.

import type { EventSnapshot } from '../core/snapshot.ts';
import { countText, durationText, printable, sizeText } from '../lib/text.ts';
import type { ServiceStatus, Status, WorkerStatus } from '../plane/status.ts';
import { type Column, tableThatFits } from './table.ts';
import { brokenBetweenWords } from './top/width.ts';

const seconds = (value: number) => durationText(value * 1000);
const count = (value: number) => String(value);

const SERVICE_COLUMNS: readonly Column<ServiceStatus>[] = [
  { title: 'SERVICE', cell: ({ name }) => name },
  { title: 'FAMILY', cell: ({ family, kind }) => (kind === 'daemon' ? 'daemon' : family) },
  { title: 'LISTEN', givesWay: 2, cell: ({ listen }) => listen },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'READY', align: 'right', cell: readyCell },
  { title: 'BUSY', align: 'right', cell: ({ busy }) => count(busy) },
  { title: 'ACTIVE', align: 'right', cell: activeCell },
  { title: 'QUEUE', align: 'right', cell: queueCell },
  {
    title: 'PREFORK',
    align: 'right',
    givesWay: 3,
    cell: ({ kind, prefork }) => (kind === 'daemon' ? '' : count(prefork)),
  },
  {
    title: 'CONNECTIONS',
    align: 'right',
    givesWay: 4,
    cell: ({ kind, connections }) => (kind === 'daemon' ? '' : count(connections)),
  },
  { title: 'SPAWNS', align: 'right', givesWay: 5, cell: ({ spawns }) => count(spawns) },
];

/** '2', or '2 (1 starting)'. */
function readyCell({ ready, starting }: ServiceStatus): string {
  return starting === 0 ? count(ready) : `${ready} (${starting} starting)`;
}

/** '3/100' of maxchild. */
function activeCell({ kind, active, maxchild }: ServiceStatus): string {
  return kind === 'daemon' || maxchild === null ? count(active) : `${active}/${maxchild}`;
}

/** '0/4096' of the backlog. */
function queueCell({ kind, queue, queueLimit }: ServiceStatus): string {
  if (kind === 'daemon') return '';
  return queueLimit === 0 ? count(queue) : `${queue}/${queueLimit}`;
}

interface WorkerRow extends WorkerStatus {
  readonly service: string;
}

const WORKER_COLUMNS: readonly Column<WorkerRow>[] = [
  { title: 'PID', align: 'right', cell: ({ pid }) => count(pid) },
  { title: 'SERVICE', cell: ({ service }) => service },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'FOR', align: 'right', cell: ({ stateSeconds }) => seconds(stateSeconds) },
  { title: 'CLIENTS', align: 'right', cell: ({ clients }) => count(clients) },
  { title: 'USES', align: 'right', givesWay: 3, cell: ({ uses }) => count(uses) },
  { title: 'AGE', align: 'right', givesWay: 2, cell: ({ ageSeconds }) => seconds(ageSeconds) },
  {
    title: 'CPU',
    align: 'right',
    cell: ({ cpuPercent }) => (cpuPercent === undefined ? '' : `${cpuPercent.toFixed(1)}%`),
  },
  {
    title: 'MEMORY',
    align: 'right',
    cell: ({ memoryBytes }) => (memoryBytes === undefined ? '' : sizeText(memoryBytes)),
  },
  { title: 'STATUS', givesWay: 1, cell: ({ statusText: text }) => printable(text ?? '') },
];

const EVENT_COLUMNS: readonly Column<EventSnapshot>[] = [
  { title: 'EVENT', cell: ({ name }) => name },
  { title: 'RUNS', align: 'right', cell: ({ runs }) => count(runs) },
  { title: 'FAILED', align: 'right', cell: ({ failures }) => count(failures) },
  { title: 'SKIPPED', align: 'right', givesWay: 2, cell: ({ skips }) => count(skips) },
  { title: 'RUNNING', cell: ({ running }) => (running.length === 0 ? 'no' : running.join(' ')) },
  {
    title: 'NEXT',
    align: 'right',
    cell: ({ nextInSeconds }) => (nextInSeconds === null ? '' : `in ${seconds(nextInSeconds)}`),
  },
  { title: 'LAST', givesWay: 1, cell: ({ lastHow }) => lastHow ?? '' },
];

/** 'running for 2 h', and of one that is not running, since when it is up. */
export function lifeText({ phase, uptimeSeconds }: Status['master']): string {
  return `${phase === 'running' ? 'running for' : `${phase}, up for`} ${seconds(uptimeSeconds)}`;
}

/** `width` is that of the terminal; without one nothing is broken or left out. */
export function statusText(status: Status, width = Number.POSITIVE_INFINITY): string {
  const { master, services, events } = status;
  const workers = services.flatMap((service) =>
    service.workers.map((worker): WorkerRow => ({ ...worker, service: nameOf(service) })),
  );
  const head =
    `preforkd ${master.version}, pid ${master.pid}, ${lifeText(master)}, ` +
    `${countText(workers.length, 'worker')}, master memory ${sizeText(master.memoryBytes)}, ${master.file}`;
  const tables = [
    tableThatFits(SERVICE_COLUMNS, services, width),
    tableThatFits(WORKER_COLUMNS, workers, width),
    tableThatFits(EVENT_COLUMNS, events, width),
  ] as const;
  const leftOut = [...new Set(tables.flatMap((table) => table.leftOut))];
  const blocks = [
    `${brokenBetweenWords(head, width).join('\n')}\n`,
    services.length === 0 ? 'no services\n' : tables[0].text,
    troubles(services, width),
    workers.length === 0 ? '' : tables[1].text,
    events.length === 0 ? '' : tables[2].text,
    leftOut.length === 0
      ? ''
      : `${brokenBetweenWords(`no room for ${leftOut.join(', ')}: --wide shows all`, width).join('\n')}\n`,
  ];
  return blocks.filter((block) => block !== '').join('\n');
}

function nameOf({ name, family }: ServiceStatus): string {
  return family === '' ? name : `${name}/${family}`;
}

/** The services that somebody should look at, each with its sentence. */
function troubles(services: readonly ServiceStatus[], width: number): string {
  return services
    .filter(({ state, constraint, queue }) => state !== 'running' || (constraint !== 'none' && queue > 0))
    .map(({ why }) => `! ${brokenBetweenWords(printable(why), width - 2).join('\n  ')}\n`)
    .join('');
}

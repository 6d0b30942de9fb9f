// The status of the master as text: a line about the master, a table of services, a table of workers, EVENTS, and
// a sentence for every service that is held back. Pure; golden-tested. Foreign text (STATUS= of a worker, its last
// words) is made printable, for it ends on somebody's terminal.

import type { EventSnapshot } from '../core/snapshot.ts';
import { countText, durationText, printable, sizeText } from '../lib/text.ts';
import type { ServiceStatus, Status, WorkerStatus } from '../plane/status.ts';
import { type Column, tableText } from './table.ts';

const seconds = (value: number) => durationText(value * 1000);
const count = (value: number) => String(value);

const SERVICE_COLUMNS: readonly Column<ServiceStatus>[] = [
  { title: 'SERVICE', cell: ({ name }) => name },
  { title: 'FAMILY', cell: ({ family, kind }) => (kind === 'daemon' ? 'daemon' : family) },
  { title: 'LISTEN', cell: ({ listen }) => listen },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'READY', align: 'right', cell: readyCell },
  { title: 'BUSY', align: 'right', cell: ({ busy }) => count(busy) },
  { title: 'ACTIVE', align: 'right', cell: activeCell },
  { title: 'QUEUE', align: 'right', cell: queueCell },
  {
    title: 'PREFORK',
    align: 'right',
    cell: ({ kind, prefork }) => (kind === 'daemon' ? '' : count(prefork)),
  },
  {
    title: 'CONNECTIONS',
    align: 'right',
    cell: ({ kind, connections }) => (kind === 'daemon' ? '' : count(connections)),
  },
  { title: 'SPAWNS', align: 'right', cell: ({ spawns }) => count(spawns) },
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
  { title: 'USES', align: 'right', cell: ({ uses }) => count(uses) },
  { title: 'AGE', align: 'right', cell: ({ ageSeconds }) => seconds(ageSeconds) },
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
  { title: 'STATUS', cell: ({ statusText: text }) => printable(text ?? '') },
];

const EVENT_COLUMNS: readonly Column<EventSnapshot>[] = [
  { title: 'EVENT', cell: ({ name }) => name },
  { title: 'RUNS', align: 'right', cell: ({ runs }) => count(runs) },
  { title: 'FAILED', align: 'right', cell: ({ failures }) => count(failures) },
  { title: 'SKIPPED', align: 'right', cell: ({ skips }) => count(skips) },
  { title: 'RUNNING', cell: ({ running }) => (running.length === 0 ? 'no' : running.join(' ')) },
  {
    title: 'NEXT',
    align: 'right',
    cell: ({ nextInSeconds }) => (nextInSeconds === null ? '' : `in ${seconds(nextInSeconds)}`),
  },
  { title: 'LAST', cell: ({ lastHow }) => lastHow ?? '' },
];

export function statusText(status: Status): string {
  const { master, services, events } = status;
  const workers = services.flatMap((service) =>
    service.workers.map((worker): WorkerRow => ({ ...worker, service: nameOf(service) })),
  );
  const blocks = [
    `preforkd ${master.version}, pid ${master.pid}, ${master.phase} for ${seconds(master.uptimeSeconds)}, ` +
      `${countText(workers.length, 'worker')}, master memory ${sizeText(master.memoryBytes)}, ${master.file}\n`,
    services.length === 0 ? 'no services\n' : tableText(SERVICE_COLUMNS, services),
    troubles(services),
    workers.length === 0 ? '' : tableText(WORKER_COLUMNS, workers),
    events.length === 0 ? '' : tableText(EVENT_COLUMNS, events),
  ];
  return blocks.filter((block) => block !== '').join('\n');
}

function nameOf({ name, family }: ServiceStatus): string {
  return family === '' ? name : `${name}/${family}`;
}

/** The services that somebody should look at, each with its sentence. */
function troubles(services: readonly ServiceStatus[]): string {
  return services
    .filter(({ state, constraint, queue }) => state !== 'running' || (constraint !== 'none' && queue > 0))
    .map((service) => `! ${printable(service.why)}\n`)
    .join('');
}

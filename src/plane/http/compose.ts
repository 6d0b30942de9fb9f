// One frame of the status page from what is known without waiting: the scoreboard's copy, the second that was just
// recorded, and the words of the last snapshot that the supervisor has sent. Pure. Called by page.ts while somebody looks.

import { isDeepStrictEqual } from 'node:util';
import {
  CONSTRAINTS,
  MASTER_FIELD,
  masterView,
  SERVICE_FIELD,
  serviceView,
} from '../../thread/scoreboard.ts';
import type { Slot } from '../metrics/slots.ts';
import type { Remark } from '../recent.ts';
import type { ServiceStatus, Status } from '../status.ts';
import type { Standing } from '../watchdog.ts';
import type { Frame, ServiceFigures, ServiceWords } from './frame.ts';
import type { Second } from './history.ts';

export interface FrameSources {
  readonly board: Float64Array;
  readonly slots: readonly Slot[];
  readonly second: Second;
  readonly standing: Standing;
  /** The last that came, however old. */
  readonly status: Status | undefined;
  readonly health: Frame['health'];
  readonly remarks: readonly Remark[];
  readonly remarksLeftOut: number;
}

/** As the core numbers them on the board (its phase field). */
const PHASES = ['starting', 'running', 'stopping', 'stopped'] as const;

export function composeFrame(sources: FrameSources): Frame {
  const { board, slots, second, standing, status, health, remarks, remarksLeftOut } = sources;
  const master = masterView(board);
  const words = new Map(status?.services.map((service) => [key(service.name, service.family), service]));
  return {
    at: second.at,
    phase: PHASES[master[MASTER_FIELD.phase] ?? 0] ?? 'starting',
    standing: { ...standing, quietMs: Math.round(standing.quietMs), stageMs: Math.round(standing.stageMs) },
    health,
    startCap: master[MASTER_FIELD.startCap] ?? 0,
    drift: master[MASTER_FIELD.drift] ?? 0,
    turnsPerSecond: second.turnsPerSecond,
    services: slots.map((slot) => figuresOf(slot, board, second, words)),
    totals: second.totals,
    slowest: second.slowest,
    meanMs: second.meanMs,
    remarks,
    remarksLeftOut,
  };
}

/** undefined: it is another list, and all have to be told. */
export function changedServices(
  before: readonly ServiceFigures[],
  now: readonly ServiceFigures[],
): readonly ServiceFigures[] | undefined {
  const same = ({ name, family, kind }: ServiceFigures, other: ServiceFigures | undefined) =>
    name === other?.name && family === other.family && kind === other.kind;
  if (before.length !== now.length || now.some((service, index) => !same(service, before[index])))
    return undefined;
  return now.filter((service, index) => !isDeepStrictEqual(service, before[index]));
}

const key = (name: string, family: string) => `${name}\n${family}`;

function figuresOf(
  [slot, { service, family, kind }]: Slot,
  board: Float64Array,
  second: Second,
  words: ReadonlyMap<string, ServiceStatus>,
): ServiceFigures {
  const view = serviceView(board, slot);
  const field = (name: keyof typeof SERVICE_FIELD) => view[SERVICE_FIELD[name]] ?? 0;
  const maxchild = field('maxchild');
  const known = words.get(key(service, family));
  return {
    name: service,
    family,
    kind,
    starting: field('starting'),
    ready: field('ready'),
    busy: field('busy'),
    draining: field('draining'),
    active: field('active'),
    queue: field('queue'),
    queueLimit: field('queueLimit'),
    prefork: field('prefork'),
    maxchild: Number.isFinite(maxchild) ? maxchild : null,
    constraint: CONSTRAINTS[field('constraint')] ?? 'none',
    spawnsPerSecond: second.spawnsPerSecond(slot),
    connectionsPerSecond: second.connectionsPerSecond(slot),
    ...(known === undefined ? {} : { words: wordsOf(known) }),
  };
}

function wordsOf({ state, listen, why, lastExit }: ServiceStatus): ServiceWords {
  if (lastExit === undefined) return { state, listen, why };
  const { pid, how, lastStderr } = lastExit;
  return { state, listen, why, lastExit: { pid, how, lastStderr } };
}

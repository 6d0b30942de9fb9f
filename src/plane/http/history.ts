// The last ten minutes, one small entry per second, read from the scoreboard: a page that is opened later shows them
// too. Bounded: a ring, 6 kB for each service. Never asks the supervisor. Recorded by page.ts, once a second.

import {
  MASTER_FIELD,
  MASTER_LENGTH,
  masterView,
  SERVICE_FIELD,
  STAGES,
  serviceView,
  stageField,
  TURN_BUCKETS,
  turnField,
} from '../../thread/scoreboard.ts';
import type { Slot, SlotLabels } from '../metrics/slots.ts';
import { type Columns, type History, MEASURES, type Measure, type Timings } from './frame.ts';

export const SECONDS_KEPT = 600;
/** A count above this is kept as this. */
const COUNT_MAX = 65_535;

/** Waiting in poll is no work: what the stage takes says nothing of the turn. */
const WORKING_STAGES = STAGES.filter((stage) => stage !== 'poll');
const ROWS = ['turn', ...WORKING_STAGES];
const FIELDS = [turnField, ...WORKING_STAGES.map(stageField)];
/** Counts by bucket, the one without bound among them. */
const BUCKETS = TURN_BUCKETS.length + 1;

/** What has happened since the entry before. */
export interface Second {
  readonly at: number;
  readonly totals: Readonly<Record<Measure, number>>;
  readonly turnsPerSecond: number;
  /** As in Frame, by row. */
  readonly slowest: readonly number[];
  readonly meanMs: readonly number[];
  spawnsPerSecond(slot: number): number;
  connectionsPerSecond(slot: number): number;
}

export interface Recorder {
  record(board: Float64Array, slots: readonly Slot[], at: number): Second;
  all(): History;
  /** undefined: there is no such service. */
  of(service: string, family: string): History | undefined;
  timings(): Timings;
}

type Rings = Record<Measure, Uint16Array>;

interface Subject {
  readonly labels: SlotLabels;
  readonly rings: Rings;
  spawns: number;
  connections: number;
  spawnsPerSecond: number;
  connectionsPerSecond: number;
}

export function createRecorder(capacity: number = SECONDS_KEPT): Recorder {
  const times = new Float64Array(capacity);
  const totals = newRings(capacity);
  const slowest = ROWS.map(() => new Uint8Array(capacity));
  const subjects = new Map<number, Subject>();
  const turns = createTurns();
  let recorded = 0;
  const inOrder = (ring: ArrayLike<number>): number[] => {
    const length = Math.min(recorded, capacity);
    return Array.from({ length }, (_, index) => ring[(recorded - length + index) % capacity] ?? 0);
  };
  const columns = (rings: Rings) =>
    Object.fromEntries(MEASURES.map((measure) => [measure, inOrder(rings[measure])])) as unknown as Columns;
  return {
    record: (board, slots, at) => {
      const place = recorded % capacity;
      const elapsed =
        recorded === 0 ? 1 : Math.max(0.001, (at - (times[(recorded - 1) % capacity] ?? at)) / 1000);
      forget(subjects, slots);
      const sums = { queue: 0, busy: 0, ready: 0, starting: 0, spawns: 0 };
      for (const [slot, labels] of slots) {
        const subject = subjects.get(slot) ?? newSubject(board, slot, labels, capacity);
        subjects.set(slot, subject);
        const figures = measure(subject, serviceView(board, slot), elapsed);
        for (const name of MEASURES) {
          subject.rings[name][place] = Math.min(COUNT_MAX, figures[name]);
          sums[name] += figures[name];
        }
      }
      for (const name of MEASURES) totals[name][place] = Math.min(COUNT_MAX, sums[name]);
      const seen = turns.since(masterView(board), elapsed);
      slowest.forEach((ring, row) => {
        ring[place] = seen.slowest[row] ?? 0;
      });
      times[place] = at;
      recorded += 1;
      return {
        at,
        totals: sums,
        ...seen,
        spawnsPerSecond: (slot) => subjects.get(slot)?.spawnsPerSecond ?? 0,
        connectionsPerSecond: (slot) => subjects.get(slot)?.connectionsPerSecond ?? 0,
      };
    },
    all: () => ({ at: inOrder(times), columns: columns(totals) }),
    of: (service, family) => {
      const found = [...subjects.values()].find(
        ({ labels }) => labels.service === service && labels.family === family,
      );
      return found && { at: inOrder(times), columns: columns(found.rings) };
    },
    timings: () => ({ rows: ROWS, bounds: TURN_BUCKETS, slowest: slowest.map(inOrder) }),
  };
}

const newRings = (capacity: number) =>
  Object.fromEntries(MEASURES.map((measure) => [measure, new Uint16Array(capacity)])) as Rings;

function newSubject(board: Float64Array, slot: number, labels: SlotLabels, capacity: number): Subject {
  const view = serviceView(board, slot);
  const [spawns, connections] = [view[SERVICE_FIELD.spawns] ?? 0, view[SERVICE_FIELD.connections] ?? 0];
  return {
    labels,
    rings: newRings(capacity),
    spawns,
    connections,
    spawnsPerSecond: 0,
    connectionsPerSecond: 0,
  };
}

/** A slot that is free, or that another service has taken, begins anew. */
function forget(subjects: Map<number, Subject>, slots: readonly Slot[]): void {
  const now = new Map(slots);
  for (const [slot, { labels }] of subjects) if (now.get(slot) !== labels) subjects.delete(slot);
}

function measure(subject: Subject, view: Float64Array, elapsed: number): Record<Measure, number> {
  const [spawns, connections] = [view[SERVICE_FIELD.spawns] ?? 0, view[SERVICE_FIELD.connections] ?? 0];
  subject.spawnsPerSecond = rate(spawns - subject.spawns, elapsed);
  subject.connectionsPerSecond = rate(connections - subject.connections, elapsed);
  subject.spawns = spawns;
  subject.connections = connections;
  return {
    queue: view[SERVICE_FIELD.queue] ?? 0,
    busy: view[SERVICE_FIELD.busy] ?? 0,
    ready: view[SERVICE_FIELD.ready] ?? 0,
    starting: view[SERVICE_FIELD.starting] ?? 0,
    spawns: Math.round(subject.spawnsPerSecond),
  };
}

const rate = (more: number, elapsed: number) => Math.max(0, Math.round((more / elapsed) * 10) / 10);

/** The histograms of the turn and its stages, since the last time they were asked for. */
function createTurns() {
  // The first entry has all since the start.
  let old = new Float64Array(MASTER_LENGTH);
  return {
    since: (view: Float64Array, elapsed: number): Pick<Second, 'slowest' | 'meanMs' | 'turnsPerSecond'> => {
      const more = (field: number) => (view[field] ?? 0) - (old[field] ?? 0);
      const slowest = FIELDS.map((field) => {
        let bucket = BUCKETS;
        while (bucket > 0 && more(field + bucket - 1) <= 0) bucket -= 1;
        return bucket;
      });
      const meanMs = FIELDS.map((field) => {
        let count = 0;
        for (let bucket = 0; bucket < BUCKETS; bucket += 1) count += more(field + bucket);
        return count <= 0 ? 0 : Number(((more(field + BUCKETS) * 1000) / count).toFixed(4));
      });
      const turnsPerSecond = rate(more(MASTER_FIELD.turns), elapsed);
      old = view.slice();
      return { slowest, meanMs, turnsPerSecond };
    },
  };
}

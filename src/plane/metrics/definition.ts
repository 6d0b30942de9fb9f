// What a metric of the catalog is: name, type, unit, labels, help, and where its number stands. The rows of the catalog
// are made with gauge(), counter() and histogram(). Imported by catalog-*.ts and by all who read the catalog.

import {
  CONSTRAINTS,
  type EventScalar,
  EXIT_REASONS,
  type MasterScalar,
  type ServiceScalar,
  STAGES,
} from '../../thread/scoreboard.ts';
import type { Usage } from '../worker-usage.ts';

/** What one of the number is. Prometheus wants seconds, bytes and cores in the name. */
export type Unit =
  | 'seconds'
  | 'bytes'
  | 'cores'
  | 'workers'
  | 'connections'
  | 'messages'
  | 'lines'
  | 'times'
  | 'runs'
  | 'descriptors'
  | 'state';

export type ServiceHistogram = 'startup' | 'session' | 'queue-wait';

/** Where a metric's numbers stand. */
export type Source =
  | { readonly of: 'service'; readonly field: ServiceScalar }
  | { readonly of: 'service-exits' | 'service-blocked' | 'service-blocked-seconds' }
  | { readonly of: 'service-histogram'; readonly histogram: ServiceHistogram }
  | { readonly of: 'usage'; readonly field: keyof Usage }
  | { readonly of: 'event'; readonly field: EventScalar }
  | { readonly of: 'master'; readonly field: MasterScalar }
  | { readonly of: 'turn' }
  | { readonly of: 'stages' }
  | { readonly of: 'plane'; readonly value: PlaneValue };

/** Numbers that the plane itself knows. */
export type PlaneValue =
  | 'reloads-refused'
  | 'last-reload-successful'
  | 'last-reload-success'
  | 'scoreboard-age'
  | 'turn-stalled'
  | 'listen-overflows'
  | 'listen-drops'
  | 'log-troubles'
  | 'plane-errors'
  | 'build-info'
  | 'cpu'
  | 'resident-memory'
  | 'open-fds'
  | 'start-time';

export interface MetricDefinition {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly unit: Unit;
  readonly help: string;
  readonly labels: readonly LabelName[];
  readonly from: Source;
}

/** What a label may be; undefined: any text, but not an absent one. */
export const LABELS = {
  service: undefined,
  family: ['ipv4', 'ipv6', 'unix', ''],
  kind: ['service', 'daemon'],
  reason: EXIT_REASONS,
  constraint: CONSTRAINTS.filter((constraint) => constraint !== 'none'),
  event: undefined,
  stage: STAGES,
  version: undefined,
  node: undefined,
} satisfies Record<string, readonly string[] | undefined>;
export type LabelName = keyof typeof LABELS;

/** The labels of every series of a service or daemon: one value each for one address. */
export const SUBJECT = ['service', 'family', 'kind'] as const satisfies readonly LabelName[];

type Row = (
  name: string,
  unit: Unit,
  labels: readonly LabelName[],
  from: Source,
  help: string,
) => MetricDefinition;

const row =
  (type: MetricDefinition['type']): Row =>
  (name, unit, labels, from, help) => ({ name, type, unit, labels, from, help });

export const gauge = row('gauge');
export const counter = row('counter');
export const histogram = row('histogram');

// THE catalog of metrics: name, type, help, labels and where the number stands. The exporter and
// docs/generated/METRICS.md are made from it, so the page cannot lie. Names follow Prometheus's habits: base
// units, `_total` for counters. prom-client accepts missing label values silently: checkLabels() does not.

import {
  CONSTRAINTS,
  EXIT_REASONS,
  type MasterScalar,
  type ServiceScalar,
  STAGES,
} from '../../thread/scoreboard.ts';
import { MASTER_CATALOG, PLANE_CATALOG, type PlaneValue } from './catalog-master.ts';
import { SERVICE_CATALOG } from './catalog-service.ts';

/** Where a metric's numbers stand. */
export type Source =
  | { readonly of: 'service'; readonly field: ServiceScalar }
  | { readonly of: 'service-exits' }
  | { readonly of: 'service-blocked' }
  | { readonly of: 'service-startup' }
  | { readonly of: 'master'; readonly field: MasterScalar }
  | { readonly of: 'turn' }
  | { readonly of: 'stages' }
  | { readonly of: 'plane'; readonly value: PlaneValue };

export interface MetricDefinition {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
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
  constraint: CONSTRAINTS,
  stage: STAGES,
  version: undefined,
  node: undefined,
} satisfies Record<string, readonly string[] | undefined>;
export type LabelName = keyof typeof LABELS;

export const CATALOG: readonly MetricDefinition[] = [...SERVICE_CATALOG, ...MASTER_CATALOG, ...PLANE_CATALOG];

export type LabelValues = Readonly<Record<string, string>>;

/** What is wrong with these labels of this metric; undefined when nothing is. */
export function checkLabels(definition: MetricDefinition, labels: LabelValues): string | undefined {
  for (const name of Object.keys(labels)) {
    if (!(definition.labels as readonly string[]).includes(name))
      return `${definition.name} has no label ${name}`;
  }
  for (const name of definition.labels) {
    const value = labels[name];
    if (typeof value !== 'string') return `${definition.name} misses its label ${name}`;
    const allowed: readonly string[] | undefined = LABELS[name];
    if (allowed !== undefined && !allowed.includes(value))
      return `${definition.name}: ${name} cannot be '${value}'`;
  }
  return undefined;
}

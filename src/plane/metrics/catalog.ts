// THE catalog of metrics: name, type, unit, labels, help and where the number stands. The exporter and
// docs/generated/METRICS.md are made from it, so the page cannot lie. Names follow Prometheus's habits: base
// units, `_total` for counters. prom-client accepts missing label values silently: checkLabels() does not.

import { EVENT_CATALOG, MASTER_CATALOG } from './catalog-master.ts';
import { PLANE_CATALOG } from './catalog-plane.ts';
import { SERVICE_CATALOG } from './catalog-service.ts';
import { WORKER_CATALOG } from './catalog-workers.ts';
import { LABELS, type MetricDefinition } from './definition.ts';

export { LABELS, type MetricDefinition } from './definition.ts';

export const CATALOG: readonly MetricDefinition[] = [
  ...SERVICE_CATALOG,
  ...WORKER_CATALOG,
  ...MASTER_CATALOG,
  ...EVENT_CATALOG,
  ...PLANE_CATALOG,
];

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

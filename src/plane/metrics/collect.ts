// From the scoreboard and the plane's own numbers to samples, at scrape time, by the catalog. Histograms stand on
// the board as counts per bucket: here they become cumulative, as Prometheus wants them. Called by the exporter.

import { assert } from '../../lib/assert.ts';
import {
  blockedField,
  blockedSecondsField,
  type Constraint,
  EVENT_FIELD,
  EXIT_REASONS,
  exitField,
  MASTER_FIELD,
  masterView,
  QUEUE_WAIT_BUCKETS,
  queueWaitField,
  SERVICE_FIELD,
  SESSION_BUCKETS,
  STAGES,
  STARTUP_BUCKETS,
  serviceView,
  sessionField,
  stageField,
  startupField,
  TURN_BUCKETS,
  turnField,
} from '../../thread/scoreboard.ts';
import { NO_USAGE, type UsageByService, usageKey } from '../worker-usage.ts';
import { checkLabels, type LabelValues } from './catalog.ts';
import { LABELS, type MetricDefinition, type PlaneValue, type ServiceHistogram } from './definition.ts';
import type { EventSlot, Slot } from './slots.ts';

export interface Sample {
  /** Without it, the metric's own name; histograms add _bucket, _sum and _count. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Registry asks of a metric (lib/registry.js: getMetricsAsString). */
export interface Renderable {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  get(): { readonly name: string; readonly help: string; readonly type: string; readonly values: Sample[] };
}

export interface Numbers {
  readonly board: Float64Array;
  readonly slots: readonly Slot[];
  readonly events: readonly EventSlot[];
  /** undefined: workers are not sampled, and have no such series. */
  readonly usage: UsageByService | undefined;
  /** Values of the plane; undefined: not to be had. `labels` for build-info only. */
  plane(value: PlaneValue): { readonly value: number | undefined; readonly labels?: LabelValues };
}

/** Which buckets a histogram of services has, and where they begin in a service's part of the board. */
export const SERVICE_HISTOGRAMS: Readonly<
  Record<ServiceHistogram, { readonly field: number; readonly buckets: readonly number[] }>
> = {
  startup: { field: startupField, buckets: STARTUP_BUCKETS },
  session: { field: sessionField, buckets: SESSION_BUCKETS },
  'queue-wait': { field: queueWaitField, buckets: QUEUE_WAIT_BUCKETS },
};

export function collect(definition: MetricDefinition, numbers: Numbers): Sample[] {
  const samples = collectUnchecked(definition, numbers);
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const problem = checkLabels(definition, labels);
    assert(problem === undefined, problem ?? '');
  }
  return samples;
}

function collectUnchecked(definition: MetricDefinition, numbers: Numbers): Sample[] {
  const { from } = definition;
  const master = masterView(numbers.board);
  switch (from.of) {
    case 'master':
      return [{ labels: {}, value: master[MASTER_FIELD[from.field]] ?? 0 }];
    case 'plane': {
      const { value, labels } = numbers.plane(from.value);
      return value === undefined ? [] : [{ labels: labels ?? {}, value }];
    }
    case 'event':
      return numbers.events.map(([slot, event]) => ({
        labels: { event },
        value: serviceView(numbers.board, slot)[EVENT_FIELD[from.field]] ?? 0,
      }));
    case 'usage': {
      const { usage } = numbers;
      if (usage === undefined) return [];
      return numbers.slots.map(([, labels]) => {
        const { kind, service, family } = labels;
        const value = (usage.get(usageKey(kind, service, family)) ?? NO_USAGE)[from.field];
        return { labels: { ...labels }, value };
      });
    }
    case 'turn':
      return histogramSamples(definition.name, master, turnField, TURN_BUCKETS, {});
    case 'stages':
      return STAGES.flatMap((stage) =>
        histogramSamples(definition.name, master, stageField(stage), TURN_BUCKETS, { stage }),
      );
    default:
      return numbers.slots.flatMap(([slot, labels]) =>
        ofService(definition, serviceView(numbers.board, slot), { ...labels }),
      );
  }
}

function ofService(definition: MetricDefinition, view: Float64Array, labels: LabelValues): Sample[] {
  const { from } = definition;
  switch (from.of) {
    case 'service':
      return [{ labels, value: view[SERVICE_FIELD[from.field]] ?? 0 }];
    case 'service-exits':
      return EXIT_REASONS.map((reason) => ({
        labels: { ...labels, reason },
        value: view[exitField(reason)] ?? 0,
      }));
    case 'service-blocked':
      return byConstraint(view, blockedField, labels);
    case 'service-blocked-seconds':
      return byConstraint(view, blockedSecondsField, labels);
    case 'service-histogram': {
      const { field, buckets } = SERVICE_HISTOGRAMS[from.histogram];
      return histogramSamples(definition.name, view, field, buckets, labels);
    }
    default:
      return [];
  }
}

function byConstraint(
  view: Float64Array,
  fieldOf: (constraint: Constraint) => number,
  labels: LabelValues,
): Sample[] {
  return LABELS.constraint.map((constraint) => ({
    labels: { ...labels, constraint },
    value: view[fieldOf(constraint)] ?? 0,
  }));
}

/** Cumulative buckets, +Inf, sum and count, from counts per bucket and a sum. */
export function histogramSamples(
  name: string,
  view: Float64Array,
  field: number,
  buckets: readonly number[],
  labels: LabelValues,
): Sample[] {
  let count = 0;
  const samples: Sample[] = [...buckets, Number.POSITIVE_INFINITY].map((bound, index) => {
    count += view[field + index] ?? 0;
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  samples.push({ metricName: `${name}_sum`, labels, value: view[field + buckets.length + 1] ?? 0 });
  samples.push({ metricName: `${name}_count`, labels, value: count });
  return samples;
}

// How many series a scrape has at most. A series costs its reader memory for as long as it is kept: the number must not
// grow with workers or clients. Stated in docs/generated/METRICS.md, held against a scrape by the tests.

import { TURN_BUCKETS } from '../../thread/scoreboard.ts';
import { CATALOG } from './catalog.ts';
import { SERVICE_HISTOGRAMS } from './collect.ts';
import { LABELS, type MetricDefinition, SUBJECT } from './definition.ts';

/** `services`: daemons too; `addresses`: of each service, at most. */
export interface Configured {
  readonly services: number;
  readonly addresses: number;
  readonly events: number;
}

/** +Inf, sum and count. */
const BESIDE_BUCKETS = 3;

/** Of one address, one event, or the master. */
function seriesOf(metric: MetricDefinition): number {
  const combinations = metric.labels
    .filter((label) => !(SUBJECT as readonly string[]).includes(label))
    .reduce((product, label) => product * (LABELS[label]?.length ?? 1), 1);
  return metric.type === 'histogram' ? combinations * (bucketsOf(metric) + BESIDE_BUCKETS) : combinations;
}

function bucketsOf({ from }: MetricDefinition): number {
  return (from.of === 'service-histogram' ? SERVICE_HISTOGRAMS[from.histogram].buckets : TURN_BUCKETS).length;
}

function sum(choose: (metric: MetricDefinition) => boolean): number {
  return CATALOG.filter(choose).reduce((total, metric) => total + seriesOf(metric), 0);
}

const isOfService = ({ labels }: MetricDefinition) => labels.includes('service');
const isOfEvent = ({ labels }: MetricDefinition) => labels.includes('event');

export const SERIES = {
  perAddress: sum(isOfService),
  perEvent: sum(isOfEvent),
  ofMaster: sum((metric) => !isOfService(metric) && !isOfEvent(metric)),
} as const;

/** Cyrus's own names (cyrus.ts) are not counted. */
export function seriesMax({ services, addresses, events }: Configured): number {
  return SERIES.ofMaster + SERIES.perAddress * services * addresses + SERIES.perEvent * events;
}

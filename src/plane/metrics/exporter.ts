// The /metrics page, through prom-client's registry: the one file that knows prom-client, so that a successor is
// one change. Each metric is an object with get() that the registry renders: nothing is observed or counted
// twice, and 1,000 services cost one pass over a copy of the scoreboard. Called by http at scrape time.

import type { Metric, RegistryContentType } from 'prom-client';
// Not the package's index: that loads OpenTelemetry, cluster, TLS and zlib for what we don't use, 8 MB of memory.
import Registry from 'prom-client/lib/registry.js';
import { CATALOG, type MetricDefinition } from './catalog.ts';
import { collect, type Numbers, type Renderable } from './collect.ts';

type AnyRegistry = Registry<RegistryContentType>;

export interface MetricsFormat {
  readonly contentType: string;
  render(): Promise<string>;
}

/** In Prometheus's own text format, and as OpenMetrics text for those who ask for it. */
export interface MetricsPage extends MetricsFormat {
  readonly openMetrics: MetricsFormat;
}

/** Metrics that are not in the catalog, of the numbers that the page has. */
export type MoreMetrics = (numbers: () => Numbers) => readonly Renderable[];

export function createMetricsPage(numbers: () => Numbers, more: MoreMetrics = () => []): MetricsPage {
  let current: Numbers | undefined;
  const ofThisPage = () => current ?? numbers();
  const metrics = [...CATALOG.map((definition) => renderable(definition, ofThisPage)), ...more(ofThisPage)];
  const format = (registry: AnyRegistry): MetricsFormat => ({
    contentType: registry.contentType,
    render: async () => {
      // One copy of the board for the whole page, so that its numbers agree with each other.
      current = numbers();
      // The registry calls every get() before its first await, hence before another scrape can begin.
      const page = registry.metrics();
      current = undefined;
      return page;
    },
  });
  return {
    ...format(registryOf(Registry.PROMETHEUS_CONTENT_TYPE, metrics)),
    openMetrics: format(registryOf(Registry.OPENMETRICS_CONTENT_TYPE, metrics.map(ofFamily))),
  };
}

function registryOf(contentType: RegistryContentType, metrics: readonly Renderable[]): AnyRegistry {
  const registry: AnyRegistry = new Registry();
  registry.setContentType(contentType);
  for (const metric of metrics) registry.registerMetric(metric as unknown as Metric);
  return registry;
}

function renderable(definition: MetricDefinition, numbers: () => Numbers): Renderable {
  const { name, help, type } = definition;
  return { name, help, type, get: () => ({ name, help, type, values: collect(definition, numbers()) }) };
}

/** In OpenMetrics a counter is a family without `_total`, and its samples have it: the registry adds it. */
function ofFamily(metric: Renderable): Renderable {
  if (metric.type !== 'counter') return metric;
  const name = metric.name.replace(/_total$/, '');
  return { ...metric, name, get: () => ({ ...metric.get(), name }) };
}

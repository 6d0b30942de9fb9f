// Writes docs/generated/METRICS.md from the catalog of metrics (src/plane/metrics/catalog.ts).

import { CATALOG, LABELS, type MetricDefinition } from '../src/plane/metrics/catalog.ts';
import { SERVICE_HISTOGRAMS } from '../src/plane/metrics/collect.ts';
import { type PlaneValue, type Source, SUBJECT } from '../src/plane/metrics/definition.ts';
import { SERIES, seriesMax } from '../src/plane/metrics/series.ts';
import { TURN_BUCKETS } from '../src/thread/scoreboard.ts';

export const path = 'docs/generated/METRICS.md';

const INTRODUCTION = `<!-- Made by scripts/docs-metrics.ts from src/plane/metrics/catalog.ts. Do not edit. -->

# Metrics

Served at \`/metrics\` of the \`http listen=\` address (by default http://127.0.0.1:9464/metrics), in the Prometheus text
format or, for a scraper that prefers it (Prometheus does), as OpenMetrics text. The numbers are read from the
supervisor's scoreboard at the moment of the scrape: a scrape never interrupts supervision, and two metrics of one scrape
agree with each other; what is from the kernel, the plane or samples is as young as the scrape, or the last sample
(\`sampling interval=\`). A counter begins at 0 with the master, and those of a service with the service.

`;

/** Where the plane's own numbers are from. */
const PLANE_SOURCES: Readonly<Record<PlaneValue, string>> = {
  'reloads-refused': 'plane and scoreboard: counted at each reload',
  'last-reload-successful': 'plane: set by each reload',
  'last-reload-success': 'plane: set by each reload, and at the start',
  'scoreboard-age': 'scoreboard: its last turn against the monotonic clock',
  'turn-stalled': 'plane: its watchdog, by the pulse of the supervisor thread',
  'listen-overflows': 'kernel: /proc/net/netstat',
  'listen-drops': 'kernel: /proc/net/netstat',
  'log-troubles': 'plane: counted at each failed write',
  'plane-errors': 'plane: counted by its guard',
  'build-info': 'plane: package.json and Node',
  cpu: 'kernel: getrusage(2)',
  'resident-memory': 'kernel: /proc/self',
  'open-fds': 'kernel: /proc/self/fd',
  'start-time': 'plane: clock less uptime',
};

export function generate(): string {
  const has = (label: 'service' | 'event') => (metric: MetricDefinition) => metric.labels.includes(label);
  const ofMaster = CATALOG.filter((metric) => !has('service')(metric) && !has('event')(metric));
  return `${INTRODUCTION}## Services and daemons

One series per address of a service, with the labels \`service\` (its name in services.conf), \`family\` (\`ipv4\`, \`ipv6\`,
\`unix\`, empty for a daemon) and \`kind\` (\`service\`, \`daemon\`). No label names a process.

${table(CATALOG.filter(has('service')))}
## EVENTS

One series per entry.

${table(CATALOG.filter(has('event')))}
## The master

${table(ofMaster)}
## How many series

At most ${SERIES.ofMaster} + ${SERIES.perAddress} x S x A + ${SERIES.perEvent} x E, for S services and daemons with A addresses each (a daemon has one) and E events: 20
services with two addresses each and 10 events make at most ${seriesMax({ services: 20, addresses: 2, events: 10 }).toLocaleString('en')}. It does not grow with workers or clients. Names and
labels come from the configuration, where names are letters and digits. Cyrus's own names, which \`preforkd-cyrmaster\`
serves beside these when it is asked to, are not in the sum.

## Values of labels

${labelValues()}
## Buckets

${histograms()}`;
}

function table(definitions: readonly MetricDefinition[]): string {
  const rows = definitions.map(({ name, type, unit, labels, help, from }) => {
    const own = labels.filter((label) => !(SUBJECT as readonly string[]).includes(label));
    const cells = [
      `\`${name}\``,
      type,
      unit,
      own.map((label) => `\`${label}\``).join(', '),
      help,
      sourceOf(from),
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  return `| metric | type | unit | more labels | meaning | from |\n| --- | --- | --- | --- | --- | --- |\n${rows.join('')}`;
}

/** Where a number comes from before it stands on the scoreboard: what the supervisor does not know by itself. */
const HEARD_SOURCES: Readonly<Record<string, string>> = {
  queue: 'kernel: TCP_INFO or sock_diag of the listener',
  queueLimit: 'kernel: TCP_INFO or sock_diag of the listener',
  busy: 'workers: their status messages',
  ready: 'workers: their status messages',
  connections: 'workers: their status messages',
  session: 'workers: their status messages, on the monotonic clock',
  startup: 'workers: their first message, on the monotonic clock',
  'queue-wait': 'workers: tcpi_last_ack_recv of the connection, after accept',
};

function sourceOf(from: Source): string {
  if (from.of === 'plane') return PLANE_SOURCES[from.value];
  if (from.of === 'usage') {
    return from.field === 'lockWaiting' ? 'samples: /proc/locks' : 'samples: pidusage';
  }
  const what = 'field' in from ? from.field : 'histogram' in from ? from.histogram : '';
  return HEARD_SOURCES[what] ?? 'supervisor';
}

function labelValues(): string {
  return Object.entries(LABELS)
    .filter(([, values]) => values !== undefined)
    .map(
      ([name, values]) =>
        `- \`${name}\`: ${values?.map((value) => `\`${value === '' ? '""' : value}\``).join(', ')}\n`,
    )
    .join('');
}

function histograms(): string {
  return CATALOG.filter(({ type }) => type === 'histogram')
    .map(({ name, from }) => {
      const buckets =
        from.of === 'service-histogram' ? SERVICE_HISTOGRAMS[from.histogram].buckets : TURN_BUCKETS;
      return `- \`${name}\`: ${buckets.join(', ')}\n`;
    })
    .join('');
}

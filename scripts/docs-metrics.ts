// Writes docs/generated/METRICS.md from the catalog of metrics (src/plane/metrics/catalog.ts).

import { CATALOG, LABELS, type MetricDefinition } from '../src/plane/metrics/catalog.ts';
import { STARTUP_BUCKETS, TURN_BUCKETS } from '../src/thread/scoreboard.ts';

export const path = 'docs/generated/METRICS.md';

const INTRODUCTION = `<!-- Made by scripts/docs-metrics.ts from src/plane/metrics/catalog.ts. Do not edit. -->

# Metrics

Served at \`/metrics\` of the \`http listen=\` address (by default http://127.0.0.1:9464/metrics) in the Prometheus text
format. The numbers are read from the supervisor's scoreboard at the moment of the scrape: a scrape never interrupts
supervision, and two metrics of one scrape agree with each other.

`;

export function generate(): string {
  const ofServices = CATALOG.filter(({ labels }) => labels.includes('service'));
  const ofMaster = CATALOG.filter(({ labels }) => !labels.includes('service'));
  return `${INTRODUCTION}## Services and daemons

One series per address of a service, with the labels \`service\` (its name in services.conf), \`family\` (\`ipv4\`, \`ipv6\`,
\`unix\`, empty for a daemon) and \`kind\` (\`service\`, \`daemon\`).

${table(ofServices)}
## The master

${table(ofMaster)}
## Values of labels

${labelValues()}
## Buckets

- \`preforkd_startup_seconds\`: ${STARTUP_BUCKETS.join(', ')}
- \`preforkd_turn_seconds\`, \`preforkd_stage_seconds\`: ${TURN_BUCKETS.join(', ')}
`;
}

function table(definitions: readonly MetricDefinition[]): string {
  const rows = definitions.map(({ name, type, labels, help }) => {
    const own = labels.filter((label) => !['service', 'family', 'kind'].includes(label));
    return `| \`${name}\` | ${type} | ${own.map((label) => `\`${label}\``).join(', ')} | ${help} |\n`;
  });
  return `| metric | type | more labels | meaning |\n| --- | --- | --- | --- |\n${rows.join('')}`;
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

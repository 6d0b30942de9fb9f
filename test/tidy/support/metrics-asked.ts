// Which metrics a PromQL expression asks for, held against the catalog of metrics: names that do not exist, and labels that
// a metric does not have. For dashboards and rules; `up`, `ALERTS` and recorded series are not ours to judge.

import { CATALOG } from '../../../src/plane/metrics/catalog.ts';

const KNOWN = new Map<string, readonly string[]>(
  CATALOG.flatMap(({ name, type, labels }): (readonly [string, readonly string[]])[] => {
    if (type !== 'histogram') return [[name, labels]];
    return [
      [`${name}_bucket`, [...labels, 'le']],
      [`${name}_sum`, labels],
      [`${name}_count`, labels],
    ];
  }),
);
/** What Prometheus adds to every series. */
const ADDED = ['instance', 'job'];

/** Of an expression: each metric of ours with the labels that it is matched by. */
function asked(expr: string): readonly { readonly name: string; readonly labels: readonly string[] }[] {
  return [...expr.matchAll(/\b((?:preforkd|process)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', matchers]) => ({
      name,
      labels: [...(matchers ?? '').matchAll(/(\w+)(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }),
  );
}

/** What is wrong with the metrics of an expression, as sentences. */
export function wrongMetrics(expr: string): string[] {
  return asked(expr).flatMap(({ name, labels }) => {
    const known = KNOWN.get(name);
    if (known === undefined) return [`there is no metric ${name}`];
    return labels
      .filter((label) => !known.includes(label) && !ADDED.includes(label))
      .map((label) => `${name} has no label ${label}`);
  });
}

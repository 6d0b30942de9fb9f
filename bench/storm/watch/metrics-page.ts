// Reads a page in the Prometheus text format: the samples of the metrics that a storm follows, and of no others.
// Bad lines are passed over: the page is somebody else's word. Pure; called for every scrape by master.ts.

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** Only lines whose metric `wanted` accepts are taken apart: a page has far more. */
export function parsePage(page: string, wanted: (name: string) => boolean): readonly Sample[] {
  const samples: Sample[] = [];
  for (const line of page.split('\n')) {
    const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
    if (name === undefined || !wanted(name)) continue;
    const rest = /^(?:\{(.*)\})?\s+(\S+)/.exec(line.slice(name.length));
    const value = Number(rest?.[2]?.replace(/^\+?Inf$/, 'Infinity'));
    if (rest === null || Number.isNaN(value)) continue;
    samples.push({ name, labels: labelsOf(rest[1] ?? ''), value });
  }
  return samples;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(LABEL)) labels[name] = value;
  return labels;
}

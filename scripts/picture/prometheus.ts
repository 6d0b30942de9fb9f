// Asks a Prometheus what a panel would ask it: with all instances and services chosen, over a span that ends now.

/** One series: its labels, and a value (NaN: none) for each moment. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
  /** Between two points, in seconds. */
  readonly step: number;
}

const POINTS = 120;

export function lastMinutes(minutes: number): Span {
  const to = Math.floor(Date.now() / 1000);
  const step = Math.max(1, Math.ceil((minutes * 60) / POINTS));
  return { from: to - minutes * 60, to, step };
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
  };
}

/** Throws when the expression is wrong or nobody answers. */
export async function ask(url: string, expr: string, { from, to, step }: Span): Promise<readonly Series[]> {
  const query = expr
    .replaceAll(/\$(instance|service|stage)\b/g, '.*')
    .replaceAll('$__rate_interval', `${Math.max(15, 4 * step)}s`)
    .replaceAll('$__range', `${to - from}s`);
  const words = new URLSearchParams({ query, start: `${from}`, end: `${to}`, step: `${step}` });
  const response = await fetch(`${url}/api/v1/query_range?${words}`);
  const answer = (await response.json()) as Answer;
  if (answer.status !== 'success') throw new Error(`${query}: ${answer.error}`);
  return answer.data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.map(([seconds, value]) => [seconds, Number(value)] as const),
  }));
}

export function lastOf({ points }: Series): number {
  return points.at(-1)?.[1] ?? Number.NaN;
}

/** '{{service}} waits' with the labels of a series. */
export function nameOf(legend: string, { labels }: Series): string {
  return legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '');
}

/** The bound of a bucket of a histogram. */
export function boundOf({ labels }: Series): number {
  return labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
}

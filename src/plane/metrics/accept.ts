// Which format a scraper wants, from its Accept header (RFC 9110, 12.5.1): OpenMetrics 1.0.0 is served to those only who
// name it and do not like plain text better. Called by http for /metrics.

interface Range {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export function prefersOpenMetrics(accept: string | undefined): boolean {
  const ranges = (accept ?? '').split(',').map(rangeOf);
  const openMetrics = best(ranges, isOpenMetrics);
  return openMetrics > 0 && openMetrics >= best(ranges, isText);
}

function isOpenMetrics({ type, parameters }: Range): boolean {
  // Version 0.0.1, which some name besides, has other rules for counters.
  return type === 'application/openmetrics-text' && (parameters.get('version') ?? '1.0.0') === '1.0.0';
}

function isText({ type }: Range): boolean {
  return type === 'text/plain' || type === 'text/*' || type === '*/*';
}

/** The highest quality, from 0 to 1, among those that match. */
function best(ranges: readonly Range[], matches: (range: Range) => boolean): number {
  return Math.max(0, ...ranges.filter(matches).map(qualityOf));
}

function qualityOf({ parameters }: Range): number {
  const quality = Number(parameters.get('q') ?? 1);
  return quality >= 0 && quality <= 1 ? quality : 0;
}

function rangeOf(text: string): Range {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameters = rest.map((part): [string, string] => {
    const [name = '', value = ''] = part.split('=', 2);
    return [name.trim(), value.trim().replace(/^"|"$/g, '')];
  });
  return { type, parameters: new Map(parameters) };
}

// Words and shapes of the picture as SVG text: colours of a dark Grafana, figures in a panel's unit.

export const TONE = {
  page: '#111217',
  panel: '#181b1f',
  border: '#2c3235',
  text: '#ccccdc',
  quiet: '#8e8e99',
} as const;

/** For series without a colour of their own. */
export const PALETTE = [
  '#5794F2',
  '#F2CC0C',
  '#73BF69',
  '#FF9830',
  '#B877D9',
  '#8AB8FF',
  '#C0D8FF',
  '#F2495C',
];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function rectangle({ x, y, width, height }: Box, fill: string, more = ''): string {
  return `<rect x="${x}" y="${y}" width="${Math.max(0, width)}" height="${Math.max(0, height)}" fill="${fill}" ${more}/>`;
}

export function words(x: number, y: number, text: string, size: number, fill: string, more = ''): string {
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" ${more}>${escaped(text)}</text>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const SCALES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A figure as Grafana shows it, more or less. */
export function figure(value: number, unit: string): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '' : '∞';
  if (unit === 'percentunit') return `${short(value * 100)} %`;
  if (unit === 's') return seconds(value);
  return `${scaled(value)}${unit === 'bytes' ? 'B' : unit === 'ops' ? ' /s' : ''}`;
}

function seconds(value: number): string {
  if (value === 0) return '0 s';
  if (value < 1e-3) return `${short(value * 1e6)} µs`;
  if (value < 1) return `${short(value * 1e3)} ms`;
  return `${short(value)} s`;
}

function scaled(value: number): string {
  const [by, letter] = SCALES.find(([from]) => Math.abs(value) >= from) ?? [1, ''];
  return `${short(value / by)}${letter}`;
}

const short = (value: number): string => `${Number(value.toPrecision(3))}`;

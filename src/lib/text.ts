// Figures and foreign text as a person reads them. Used wherever a sentence is made for the administrator: log
// lines, the status table, the banner. Foreign text (a worker's output) must never reach a terminal unprinted.

/** '0.4 ms', '120 ms', '1.5 s', '2 min 5 s', '3 h 20 min', '4 d 2 h'. */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms)) return 'for ever';
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  return longDurationText(Math.round(seconds));
}

const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3_600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;

/** The largest unit that fits, and the one below it. */
function longDurationText(seconds: number): string {
  const first = UNITS.findIndex((unit) => seconds >= unit.seconds);
  const large = UNITS[first];
  if (large === undefined) return `${seconds} s`;
  const small = UNITS[first + 1];
  const rest = small === undefined ? 0 : Math.floor((seconds % large.seconds) / small.seconds);
  const head = `${Math.floor(seconds / large.seconds)} ${large.name}`;
  return rest === 0 || small === undefined ? head : `${head} ${rest} ${small.name}`;
}

/** '512 B', '14.2 MB': powers of 1024, as memory is counted. */
export function sizeText(bytes: number): string {
  const names = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < names.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${names[unit]}`;
}

/** '1 worker', '2 workers'. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Foreign text made harmless: control characters (escape sequences, line ends, reversed writing) become visible. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

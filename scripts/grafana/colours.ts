// One meaning, one colour, on every dashboard and on the status page: who is free is green, who starts is amber, who serves
// is blue, who waits is red. Used by the panels' tables and by build.ts. Never a colour for a mere service: those take
// Grafana's palette.

export const COLOUR = {
  ready: '#56A64B',
  starting: '#E0B400',
  busy: '#3274D9',
  draining: '#8F3BB8',
  limit: '#808080',
  good: '#56A64B',
  warning: '#FF780A',
  bad: '#E02F44',
  calm: '#5794F2',
} as const;

/** For the series of workers by state. */
export const BY_STATE = {
  ready: 'ready',
  starting: 'starting',
  busy: 'busy',
  draining: 'draining',
  maxchild: 'limit',
  prefork: 'limit',
} as const;

/** How a worker ended: asked or expected, by itself, or by force. */
export const BY_REASON = {
  clean: 'good',
  requested: 'calm',
  tempfail: 'starting',
  failure: 'bad',
  signal: 'bad',
  'start-limit': 'warning',
  'stop-limit': 'warning',
  'time-limit': 'warning',
  watchdog: 'bad',
} as const;

export const BREAKER = {
  '0': { text: 'closed', colour: 'good' },
  '1': { text: 'one is tried', colour: 'warning' },
  '2': { text: 'open', colour: 'bad' },
  '3': { text: 'off until reload', colour: 'bad' },
} as const;

/** None is well, from `warning` on one looks, from `bad` on one acts. */
export const steps = (warning: number, bad: number) =>
  [
    { from: 0, colour: 'good' },
    { from: warning, colour: 'warning' },
    { from: bad, colour: 'bad' },
  ] as const;

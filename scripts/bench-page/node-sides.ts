// What the parts about Node's own ways of running several processes have in common: how a side is called, its colour on
// every plot, and the line about those that were left out.

import type { LeftOut } from '../../bench/node/sides/index.ts';
import type { SideName } from '../../bench/node/sides/side.ts';
import type { ToneName } from '../../bench/storm/report/theme.ts';

export const SAYS: Readonly<Record<SideName, string>> = {
  preforkd: 'preforkd',
  'preforkd on demand': 'preforkd, on demand',
  cluster: 'node:cluster (round-robin, the default)',
  'cluster none': 'node:cluster (SCHED_NONE)',
  pm2: 'pm2 (cluster mode)',
};

/** Short, so that a plot's legend keeps to one line. */
export const LEGEND_OF: Readonly<Record<SideName, string>> = {
  preforkd: 'preforkd',
  'preforkd on demand': 'on demand',
  cluster: 'cluster',
  'cluster none': 'cluster, SCHED_NONE',
  pm2: 'pm2',
};

export const TONE_OF: Readonly<Record<SideName, ToneName>> = {
  preforkd: 'blue',
  'preforkd on demand': 'green',
  cluster: 'amber',
  'cluster none': 'violet',
  pm2: 'grey',
};

export function leftOutLines(leftOut: readonly LeftOut[]): string {
  return leftOut.map(({ side, why }) => `Left out here: ${side}, ${why}.\n`).join('');
}

/** null: never within the limit. */
export function ms(value: number | null): string {
  if (value === null) return 'never';
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

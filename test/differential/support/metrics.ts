// The metrics of the name cyrus_master_: Cyrus's master writes them into a file for its httpd to serve, every second here;
// ours serves them itself. Called by scenarios: `measure` before the start.

import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import type { Stage } from './stage.ts';

const STATS = 'stats';
/** A report of Cyrus's master comes every second. */
const REPORT_LIMIT_MS = 8_000;

export function measure(stage: Stage): void {
  mkdirSync(stage.path(STATS));
  chmodSync(stage.path(STATS), 0o777);
  const lines = [
    'prometheus_enabled: yes',
    'prometheus_update_freq: 1',
    `prometheus_stats_dir: ${stage.path(STATS)}`,
  ];
  appendFileSync(stage.path('imapd.conf'), `${lines.join('\n')}\n`);
  const own = `MASTER {\n  http listen="${stage.host}:${stage.port('http')}"\n}\n`;
  writeFileSync(stage.path('preforkd.conf'), own);
}

/** The lines without comments and times, sorted; waits until they are the wanted ones, and no longer than it must. */
export async function metricsOf(stage: Stage, wanted: readonly string[]): Promise<readonly string[]> {
  const deadline = performance.now() + REPORT_LIMIT_MS;
  for (;;) {
    const lines = linesOf(await pageOf(stage));
    if (lines.join() === wanted.join() || performance.now() > deadline) return lines;
    await stage.pause(100);
  }
}

async function pageOf(stage: Stage): Promise<string> {
  if (stage.side === 'cyrus') return stage.read(`${STATS}/master.txt`);
  return (await fetch(`http://${stage.host}:${stage.port('http')}/metrics`)).text();
}

/** The rate of forks is one of the last second: its value says nothing here. */
function linesOf(page: string): readonly string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('cyrus_master_'))
    .map((line) => line.split(' ').slice(0, 2).join(' '))
    .map((line) => line.replace(/^(cyrus_master_forks_per_second\S+) .*/, '$1'))
    .sort();
}

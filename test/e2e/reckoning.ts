// What the stories of the e2e tests reckon with: the ledger against the process table, the log replayed worker by
// worker, single metrics, and what /proc says of a process that cannot be asked.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ServiceStatus } from '../../src/plane/status.ts';
import type { RunningMaster } from './harness.ts';

/** A section SERVICES of these entries. */
export function services(...entries: readonly string[]): string {
  return `SERVICES {\n${entries.map((entry) => `  ${entry}\n`).join('')}}`;
}

/** A directory of the test's own, for files that must not lie in the master's. */
export function ownDirectory(test: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-e2e-own-'));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Waits until what the status lists is, pid by pid, what the kernel says that the master has as children. */
export async function ledgerIsExact(master: RunningMaster): Promise<void> {
  await master.until('a ledger that equals the process table', async () => {
    const listed = (await master.services()).flatMap(pidsOf);
    return String(listed.sort(byNumber)) === String(master.children().sort(byNumber));
  });
  assert.equal(await metric(master, 'preforkd_accounting_drift_total'), 0);
}

const byNumber = (one: number, other: number) => one - other;

/** The pids of a service, after the sums of its status have been checked: they must be right in every snapshot. */
function pidsOf(service: ServiceStatus): number[] {
  const { workers } = service;
  const inState = (state: string) => workers.filter((worker) => worker.state === state).length;
  assert.deepEqual(
    {
      starting: service.starting,
      ready: service.ready,
      busy: service.busy,
      draining: service.draining,
      active: service.active,
    },
    {
      starting: inState('starting'),
      ready: inState('starting') + inState('ready'),
      busy: inState('busy'),
      draining: inState('draining'),
      active: workers.length,
    },
  );
  return workers.map(({ pid }) => pid);
}

/** The most workers of the service that were ever alive at once, by the log. */
export function activePeak(master: RunningMaster, service: string): number {
  let active = 0;
  let peak = 0;
  for (const line of master.log) {
    if (line.service !== service) continue;
    if (line.event === 'spawned') active += 1;
    if (line.event === 'exited') active -= 1;
    peak = Math.max(peak, active);
  }
  return peak;
}

/** The sum of a metric over all its series whose labels contain `labels`, such as 'reason="signal"'. */
export async function metric(master: RunningMaster, name: string, labels = ''): Promise<number> {
  const { body } = await master.get('/metrics');
  const values = body
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => line.includes(labels))
    .map((line) => Number(line.slice(line.lastIndexOf(' '))));
  assert.ok(values.length > 0, `no metric ${name} with ${labels}`);
  return values.reduce((sum, value) => sum + value, 0);
}

/** A field of /proc/PID/status, such as SigIgn. */
export function statusField(pid: number, field: string): string {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((candidate) => candidate.startsWith(`${field}:`));
  return line?.slice(field.length + 1).trim() ?? '';
}

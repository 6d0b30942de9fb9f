// What systemd hears of a master of `Type=notify`: READY when it is up, RELOADING around reloads, STOPPING; of both
// programs, and with -d of the process that has taken the place of the one that was started.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { callCyrmaster, install, lemming, pidOf, startCyrmaster } from './cyrmaster-support.ts';
import { isAlive, LEMMING, startMaster, until } from './harness.ts';
import { services } from './reckoning.ts';
import { type Manager, startManager } from './service-manager.ts';

async function reloadsAndStops(manager: Manager, pid: number): Promise<void> {
  const from = manager.heard().length;
  process.kill(pid, 'SIGHUP');
  await manager.hears(from, /^RELOADING=1$/m, /^MONOTONIC_USEC=\d+$/m);
  await manager.hears(from, /^READY=1$/m);
  process.kill(pid, 'SIGTERM');
  await manager.hears(from, /^STOPPING=1$/m, /^STATUS=stopping/m);
  await until('the end of the master', () => !isAlive(pid));
}

test('preforkd run; no worker inherits the socket or the watchdog', async (t) => {
  const manager = startManager(t);
  const environment = { NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '60000000' };
  const body = services(`single cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1`);
  const master = await startMaster(t, body, { environment });
  await manager.hears(0, /^READY=1$/m, /^STATUS=ready: every service listens$/m);
  const { pid } = await master.event('spawned');
  assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'utf8'), /NOTIFY_SOCKET|WATCHDOG_/);
  await reloadsAndStops(manager, master.pid);
});

test('preforkd-cyrmaster', async (t) => {
  const manager = startManager(t);
  const installed = install(t, lemming('listen="127.0.0.1:0"'));
  const environment = { ...installed.environment, NOTIFY_SOCKET: manager.socket };
  const master = await startCyrmaster({ ...installed, environment });
  await manager.hears(0, /^READY=1$/m);
  await reloadsAndStops(manager, master.pid);
});

test('preforkd-cyrmaster -d says who the main process is before the one that was started ends', async (t) => {
  const manager = startManager(t);
  const installed = install(t, lemming('listen="127.0.0.1:0"'));
  const environment = { ...installed.environment, NOTIFY_SOCKET: manager.socket };
  assert.equal((await callCyrmaster({ ...installed, environment }, ['-d'])).code, 0);
  const pid = pidOf(installed);
  assert.ok(manager.heard().includes(`MAINPID=${pid}`), manager.heard().join('\n'));
  await manager.hears(0, /^READY=1$/m);
  await reloadsAndStops(manager, pid);
});

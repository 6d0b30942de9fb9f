// What the service manager hears of the master, sd_notify(3): READY=1 when it is up, RELOADING=1 around reloads,
// STOPPING=1, a STATUS= line, and WATCHDOG=1 only while the supervisor turns (sd_watchdog_enabled(3)). Silent without
// NOTIFY_SOCKET, which no worker inherits. Made by plane.ts before the supervisor thread copies the environment.

import type { Fact } from '../core/facts.ts';
import { createDatagrams } from './datagrams.ts';
import type { Reloader, ReloadOutcome } from './reload.ts';
import { createStatusLine } from './sd-notify-status.ts';
import { LOOK_EVERY_MS } from './watchdog.ts';

/** An idle supervisor turns once a second: quiet for longer than two of those, nobody vouches for it. */
const VOUCHED_MS = 2_000;

export interface NotifyWish {
  /** '/path' or '@name'; undefined: nobody wants to hear. */
  readonly socket: string | undefined;
  /** How often WATCHDOG=1 is to come at the least; undefined: not at all. */
  readonly watchdogMs: number | undefined;
}

/** Out of our environment: what is meant for us must be read by no child as meant for it. */
export function takeNotifyWish(environment: NodeJS.ProcessEnv, pid: number): NotifyWish {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC, WATCHDOG_PID } = environment;
  delete environment.NOTIFY_SOCKET;
  delete environment.WATCHDOG_USEC;
  delete environment.WATCHDOG_PID;
  const watchdogUs = Number(WATCHDOG_USEC);
  const forUs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === pid;
  const known = socket !== undefined && /^[/@]./.test(socket);
  const watched = known && forUs && Number.isInteger(watchdogUs) && watchdogUs > 0;
  return { socket: known ? socket : undefined, watchdogMs: watched ? watchdogUs / 1000 : undefined };
}

export interface ServiceManager {
  readonly socket: string | undefined;
  /** How often looked() wants to be called. */
  readonly lookEveryMs: number;
  opened(fd: number): void;
  /** The process that was started has made way for this one. */
  isMain(): void;
  learn(fact: Fact): void;
  /** Call what is returned with how it went. */
  reloading(): (outcome: ReloadOutcome) => void;
  looked(quietMs: number, stall: string | undefined): void;
  /** The supervisor has contradicted itself: we end. */
  failing(): void;
  close(): void;
}

export function createServiceManager(
  { socket, watchdogMs }: NotifyWish,
  pid: number,
  now: () => number,
): ServiceManager {
  const datagrams = createDatagrams();
  const line = createStatusLine();
  const send = (...assignments: readonly string[]) => {
    if (socket !== undefined) datagrams.send(assignments.join('\n'));
  };
  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  let reloads = 0;
  let told = '';
  let stalled: string | undefined;
  const voucher = createVoucher(watchdogMs, now, () => datagrams.offer('WATCHDOG=1'));

  /** The line, where it has changed. */
  const status = (): string[] => {
    const text = stalled ?? line.text();
    if (text === told) return [];
    told = text;
    return [`STATUS=${text}`];
  };
  const ready = () => reloads === 0 && send('READY=1', ...status());
  const stop = () => {
    state = 'stopping';
    send('STOPPING=1', ...status());
  };

  return {
    socket,
    lookEveryMs: voucher.lookEveryMs,
    opened: datagrams.opened,
    isMain: () => send(`MAINPID=${pid}`),
    learn: (fact) => {
      line.learn(fact);
      if (fact.kind === 'master-ready' && state === 'starting') {
        state = 'ready';
        ready();
      } else if (fact.kind === 'stopping') stop();
    },
    reloading: () => {
      reloads += 1;
      if (state === 'ready' && reloads === 1) {
        line.say('the configuration is read again');
        // Of this clock systemd wants to know that we have begun after it asked.
        send('RELOADING=1', `MONOTONIC_USEC=${Math.floor(now() * 1000)}`, ...status());
      }
      return ({ kind, text }) => {
        reloads -= 1;
        if (state !== 'ready') return;
        line.say(kind === 'applied' ? text : `reload ${kind}, the old configuration goes on: see the log`);
        ready();
      };
    },
    looked: (quietMs, stall) => {
      stalled = stall === undefined ? undefined : (stalled ?? stall);
      const changed = status();
      // Here and not where it changes: at most one line a look, however much happens.
      if (changed.length > 0) send(...changed);
      voucher.looked(quietMs);
    },
    failing: () => {
      line.say('the supervisor contradicted itself, the workers are ended: see the log');
      stop();
    },
    close: datagrams.close,
  };
}

/** Says at half of the interval that the supervisor turns, as sd_watchdog_enabled(3) wants it, and only if it does. */
function createVoucher(watchdogMs: number | undefined, now: () => number, vouch: () => void) {
  if (watchdogMs === undefined) return { lookEveryMs: LOOK_EVERY_MS, looked: () => {} };
  const halfMs = watchdogMs / 2;
  const lookEveryMs = Math.min(LOOK_EVERY_MS, halfMs);
  let vouchedAt = Number.NEGATIVE_INFINITY;
  return {
    lookEveryMs,
    looked: (quietMs: number) => {
      // The next look would be too late.
      const due = now() + lookEveryMs > vouchedAt + halfMs;
      if (!due || quietMs > VOUCHED_MS) return;
      vouchedAt = now();
      vouch();
    },
  };
}

/** The same reloader, which tells the service manager what it does. */
export function announcing(reloader: Reloader, manager: ServiceManager): Reloader {
  return {
    reload: async () => {
      const done = manager.reloading();
      let outcome: ReloadOutcome = { kind: 'failed', text: '' };
      try {
        outcome = await reloader.reload();
      } finally {
        done(outcome);
      }
      return outcome;
    },
    get current() {
      return reloader.current;
    },
  };
}

// The kernel's hooks: who was spawned, what he said, what he was told, how he ended. Keeps the truth by hand, and asks
// the rules that judge at the very moment of a fork or a signal. Nothing is asked of the core.

import type { Address } from '../../../src/os/os.ts';
import type { ChildView, ConnectionView, Observer } from '../../../src/os/sim/observer.ts';
import { STATUS_FD } from '../../../src/protocol/fds.ts';
import { keepStreak } from './breaker.ts';
import { NOTIFICATIONS, noPipes, wroteInto } from './hearing.ts';
import { isHonest } from './honesty.ts';
import { judgeSignal } from './signals.ts';
import { judgeSpawn } from './spawning.ts';
import {
  addressKey,
  type Child,
  daemonSpecOf,
  isCyrus,
  serviceSpecOf,
  type Truth,
  type Unit,
  violate,
} from './truth.ts';
import { startlimitMsOf } from './units.ts';
import { hearDaemon, hearNotification, hearStatus, isCounted, noWords } from './words.ts';

export function observe(truth: Truth): Observer {
  return {
    spawned: (view) => spawned(truth, view),
    ended: () => {
      truth.now.ended += 1;
    },
    reaped: (view) => reaped(truth, view),
    wrote: (view, fd, bytes) => wrote(truth, view, fd, bytes),
    notified: (view, bytes) => notified(truth, view, bytes),
    signalled: (signal, pid, target, group) => {
      truth.now.signals += 1;
      const child = target && truth.children.get(target.pid);
      judgeSignal(truth, { signal, pid, group, child: child?.view === target ? child : undefined });
    },
    connection: (connection, change, by) => connected(truth, connection, change, by),
  };
}

function spawned(truth: Truth, view: ChildView): void {
  const id = view.request.argv[1] ?? '';
  const unit = truth.units.get(id);
  if (unit === undefined) {
    violate(
      truth,
      'only-what-is-configured',
      `pid ${view.pid} is spawned for "${id}", which is not configured now`,
    );
  }
  const child: Child = {
    view,
    unit,
    honest: isHonest(truth.setting.behaviourOf(view.serial)),
    words: noWords(),
    pipes: noPipes(),
    heard: false,
    coreSerial: undefined,
    asked: undefined,
    nudged: false,
    aborted: false,
    killed: false,
    served: false,
    drained: false,
    deferredSince: undefined,
    mustGo: false,
    startlimitMs: startlimitMsOf(unit.entry),
    zombieTurns: 0,
  };
  truth.now.spawned += 1;
  truth.children.set(view.pid, child);
  unit.unreaped.add(child);
  unit.spawned += 1;
  const running = truth.running.get(id) ?? new Set();
  truth.running.set(id, running.add(child));
  judgeSpawn(truth, child);
  const { forks } = unit;
  forks.push(truth.kernel.now());
  if (forks.length > FORKS_KEPT_MAX) forks.shift();
}

/** Per unit. Windows that reach further back are not judged. */
const FORKS_KEPT_MAX = 256;

function reaped(truth: Truth, view: ChildView): void {
  const child = truth.children.get(view.pid);
  if (child?.view !== view) return;
  truth.now.reaped.push(child);
  truth.children.delete(view.pid);
  child.unit.unreaped.delete(child);
  keepStreak(truth, child);
  child.unit.lastActiveAt = truth.kernel.now();
  truth.running.get(child.unit.id)?.delete(child);
}

function wrote(truth: Truth, view: ChildView, fd: number, bytes: Uint8Array): void {
  truth.now.heard += 1;
  const child = truth.children.get(view.pid);
  if (child?.view !== view) return;
  wroteInto(child, fd, bytes.length);
  if (fd !== STATUS_FD) return;
  const { unit, words } = child;
  const at = truth.kernel.now();
  const before = words.connections;
  if (isCyrus(unit)) hearStatus(words, bytes, view.pid, at);
  if (isAmbiguous(truth, view)) words.alignment = 'lost';
  else if (daemonSpecOf(unit)?.wait) hearDaemon(words, bytes, at);
  unit.connectionsSaid += words.connections - before;
  if (words.connections > 0) words.servedAtCall = Math.min(words.servedAtCall, truth.kernel.calls);
  unit.uncounted ||= !isCounted(words);
  heard(unit, child, at);
}

const LARGEST_WORD = 4;

/** Where reads are cut and the pid is the number of a word, a message may seem to begin in the middle of another. */
function isAmbiguous({ setting }: Truth, { pid }: ChildView): boolean {
  return pid <= LARGEST_WORD && (setting.injected?.()['short-read'] ?? 0) > 0;
}

function notified(truth: Truth, view: ChildView, bytes: Uint8Array): void {
  truth.now.heard += 1;
  const child = truth.children.get(view.pid);
  if (child?.view !== view) return;
  const at = truth.kernel.now();
  wroteInto(child, NOTIFICATIONS, 1);
  hearNotification(child.words, bytes, at);
  heard(child.unit, child, at);
}

function heard(unit: Unit, { words, view }: Child, at: number): void {
  unit.spoken = true;
  if (words.firstAt === at) unit.longestStartMs = Math.max(unit.longestStartMs, at - view.spawnedAt);
  if (words.wasBusy || words.connections > 0) unit.streak.failures = 0;
  if (words.last === 'idle') unit.lastAvailableAt = at;
}

/** Of two that are configured for one address the second has it while the first is disabled. */
function holderOf({ kernel, units, byAddress }: Truth, key: string): Unit | undefined {
  const first = byAddress.get(key);
  const at = ({ address }: { readonly address: Address }) => addressKey(address) === key;
  const listener = kernel.listeners().find((one) => one.ofMaster && !one.shut && at(one));
  if (first === undefined || listener === undefined || first.name === listener.name) return first;
  const second = [...units.values()].find((unit) => {
    const spec = serviceSpecOf(unit);
    return unit.name === listener.name && spec !== undefined && at(spec);
  });
  return second ?? first;
}

type Change = Parameters<NonNullable<Observer['connection']>>[1];

function connected(
  truth: Truth,
  { address }: ConnectionView,
  change: Change,
  by: ChildView | 'master' | undefined,
): void {
  truth.now.connections += 1;
  const unit = holderOf(truth, addressKey(address));
  if (unit === undefined) return;
  if (change === 'queued') unit.queued.arrived += 1;
  if (change !== 'accepted') return;
  unit.lastAcceptAt = truth.kernel.now();
  if (by === 'master') unit.acceptedByMaster += 1;
  else if (by !== undefined) {
    const child = truth.children.get(by.pid);
    if (child?.view === by) child.served = true;
    unit.streak.failures = 0;
  }
}

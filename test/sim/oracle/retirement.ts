// Who is asked to finish, and in which order: never so many that fewer than prefork are left without need; and at a stop
// the daemons that were waited for last of all, the youngest first. Called at each signal, and after every turn; throws a
// Violation.

import type { Signal } from '../../../src/os/os.ts';
import { type Child, daemonSpecOf, serviceSpecOf, type Truth, title, type Unit, violate } from './truth.ts';
import { isCounted } from './words.ts';

export function judgeRetirement(truth: Truth, child: Child, signal: Signal): void {
  if (child.asked !== undefined || signal === 'SIGABRT') return;
  const stopping = truth.stop !== undefined || truth.phase === 'stopping';
  if (!stopping) keepRetired(truth, child);
  else if (isWaitedFor(child.unit) && truth.now.commands === 0) daemonsGoLast(truth, child, signal);
}

/** What nobody has ordered, and no limit asks for, is idlekill's doing: it leaves prefork alone. */
function keepRetired(truth: Truth, child: Child): void {
  const { unit } = child;
  const spec = serviceSpecOf(unit);
  const ordered = truth.now.commands > 0 || unit.removed || child.drained || child.mustGo;
  if (spec === undefined || ordered || isUsedUp(child, spec.maxuse) || aboveMaxchild(unit)) return;
  let left = 0;
  for (const other of unit.unreaped) if (other !== child && mayBeReady(other)) left += 1;
  if (left < unit.limits.prefork) truth.now.retired.push({ child, left });
}

/** Called after every turn: only then it is known whether their listening socket was of no use any more. */
export function neverBelowPrefork(truth: Truth): void {
  if (truth.quiet.has('listener-shut')) return;
  for (const { child, left } of truth.now.retired) {
    const { unit, view, asked } = child;
    if (truth.now.shutListeners.includes(`${unit.name} ${serviceSpecOf(unit)?.address.family}`)) continue;
    violate(
      truth,
      'never-below-prefork',
      `${title(unit)}: pid ${view.pid} got ${asked?.signal}, nobody had ordered it, and ${left} others were ready or starting, prefork is ${unit.limits.prefork}`,
    );
  }
}

function isUsedUp({ words }: Child, maxuse: number): boolean {
  return maxuse > 0 && words.connections >= maxuse;
}

function aboveMaxchild({ unreaped, limits }: Unit): boolean {
  let staying = 0;
  for (const { asked, drained } of unreaped) if (asked === undefined && !drained) staying += 1;
  return staying > limits.maxchild;
}

function mayBeReady({ asked, killed, drained, words }: Child): boolean {
  const busy = words.settled && isCounted(words) && words.last === 'busy';
  return asked === undefined && !killed && !drained && !busy;
}

function isWaitedFor(unit: Unit): boolean {
  return daemonSpecOf(unit)?.wait === true;
}

/** They were started one after the other, since each may need the earlier ones: all others end first. */
function daemonsGoLast(truth: Truth, { unit, view }: Child, signal: Signal): void {
  const order = [...truth.units.values()];
  const place = order.indexOf(unit);
  for (const other of truth.children.values()) {
    const sooner = isWaitedFor(other.unit) ? order.indexOf(other.unit) > place : true;
    if (other.unit === unit || !sooner) continue;
    violate(
      truth,
      'daemons-go-last',
      `${title(unit)}: pid ${view.pid} gets ${signal} while pid ${other.view.pid} of ${title(other.unit)} has not ended`,
    );
  }
}

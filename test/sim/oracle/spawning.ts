// Judged at each fork, before the child runs its first instruction: may it be, and is it needed? The limits are those
// of the orders taken, the figures those of the kernel. Called by children.ts; throws a Violation.

import { judgeStreak, oneProbeAtATime } from './breaker.ts';
import { judgeRun } from './events.ts';
import { isNeeded } from './need.ts';
import { type Child, serviceSpecOf, type Truth, time, title, violate } from './truth.ts';
import { rateOf } from './units.ts';

export function judgeSpawn(truth: Truth, child: Child): void {
  const { unit } = child;
  haltIsObeyed(truth, child);
  if (unit.kind === 'event') judgeRun(truth, child);
  if (unit.kind !== 'service' && unit.kind !== 'daemon') return;
  atMostMaxchild(truth, child);
  withinForkRate(truth, child);
  withinStartCap(truth, child);
  isNeeded(truth, child);
  judgeStreak(truth, child);
  oneProbeAtATime(truth, child);
}

function haltIsObeyed(truth: Truth, { unit, view }: Child): void {
  const stopping = truth.stop !== undefined || truth.phase === 'stopping' || truth.phase === 'stopped';
  if (stopping) violate(truth, 'halt-is-obeyed', `${title(unit)}: pid ${view.pid} is spawned after the stop`);
  if (unit.paused) {
    violate(truth, 'halt-is-obeyed', `${title(unit)}: pid ${view.pid} is spawned, and the service is paused`);
  }
}

function atMostMaxchild(truth: Truth, { unit, view }: Child): void {
  const { maxchild } = unit.limits;
  if (unit.unreaped.size <= maxchild) return;
  violate(
    truth,
    'maxchild',
    `${title(unit)}: pid ${view.pid} is unreaped child number ${unit.unreaped.size}, maxchild is ${maxchild}`,
  );
}

/** Of tokens. */
const ROUNDING = 1e-6;

function withinForkRate(truth: Truth, { unit, view }: Child): void {
  const rate = rateOf(unit.entry);
  if (rate === Number.POSITIVE_INFINITY) return;
  const at = truth.kernel.now();
  const capacity = Math.max(1, rate);
  let forks = 1;
  for (let index = unit.forks.length - 1; index >= 0; index -= 1) {
    forks += 1;
    const windowMs = at - (unit.forks[index] ?? at);
    if (forks <= capacity + (rate * windowMs) / 1000 + ROUNDING) continue;
    violate(
      truth,
      'fork-rate',
      `${title(unit)}: pid ${view.pid} is fork number ${forks} in ${time(windowMs)}, maxforkrate is ${rate}/s`,
    );
  }
}

function withinStartCap(truth: Truth, { unit, view }: Child): void {
  const { master, spec } = truth;
  if (master === undefined || serviceSpecOf(unit)?.protocol === 'inetd') return;
  let starting = 0;
  let ofThis = 0;
  for (const service of master.services) {
    starting += service.workers.starting.size;
    if (service.command.argv[1] === unit.id && !service.removed) ofThis = service.workers.starting.size;
  }
  const { most } = spec.startCap;
  if (ofThis === 0 || starting < most) return;
  violate(
    truth,
    'start-cap',
    `${title(unit)}: pid ${view.pid} is spawned while ${starting} workers are starting, the cap is at most ${most}`,
  );
}

// The sentence for an administrator at 3 a.m.: what the service is doing, why no more workers are being spawned,
// with the figures, and what would lift it. Pure.

import { countText } from '../lib/text.ts';
import type { Constraint } from './board.ts';
import { nextTokenAt } from './fork-rate.ts';
import { addressText } from './listeners.ts';
import type { Master } from './master.ts';
import type { Service } from './service.ts';
import type { SpawnFigures } from './spawn-policy.ts';
import { figuresOf } from './spawner.ts';
import { capFor, isExhausted } from './start-cap.ts';

export function why(master: Master, service: Service): string {
  const decision = master.policy(figuresOf(master, service));
  const { figures, need } = decision;
  const state = describe(service, figures);
  const disabled = service.breaker.kind === 'disabled';
  if (service.kind === 'service' && !service.listener && !disabled && figures.halt !== 'stopping') {
    const address = service.spec === undefined ? 'its address' : addressText(service.spec.address);
    return `${service.name} listens nowhere: ${address} could not be bound (see the log, "ss -lpn" names who has it); it is tried again every 10 s.`;
  }
  if (decision.spawn > 0) return `${state}; ${decision.spawn} more are being spawned.`;
  if (need <= 0 && decision.constraint === 'none') {
    return `${state}; ${underWatch(master, service, figures) ?? 'nothing more is needed'}.`;
  }
  return `${state}; ${need > 0 ? `${need} more would be needed, but ` : ''}${REASONS[decision.constraint](master, service, figures)}.`;
}

/** Nothing binds now, but who asks should know of it. */
function underWatch(master: Master, service: Service, figures: SpawnFigures): string | undefined {
  if (service.breaker.kind === 'disabled') return REASONS.disabled(master, service, figures);
  if (figures.halt === 'stopping') return REASONS.stopping(master, service, figures);
  if (service.paused) return REASONS.paused(master, service, figures);
  // The one that is tried counts as ready, but who asks now asks because of those before it.
  if (service.breaker.kind === 'probing') return REASONS['breaker-probe'](master, service, figures);
  return undefined;
}

function describe(service: Service, figures: SpawnFigures): string {
  const { queue, ready, active, starting } = figures;
  const { busy, draining } = service.workers;
  if (service.kind === 'daemon')
    return `${service.name} is a daemon, ${active === 1 ? 'running' : 'not running'}`;
  const clients = queue === 1 ? '1 client waits' : `${queue === 0 ? 'no' : queue} clients wait`;
  const drains = draining.size > 0 ? `, ${draining.size} draining` : '';
  return `${service.name}: ${clients}, ${ready} ready (${starting} starting), ${busy.size} busy${drains}`;
}

type Reason = (master: Master, service: Service, figures: SpawnFigures) => string;

const seconds = (ms: number): string => `${Math.max(0, ms / 1000).toFixed(1)} s`;

const REASONS: Record<Constraint, Reason> = {
  none: () => 'nothing stands in the way',
  maxchild: (_master, service, { active, maxchild }) =>
    `all ${maxchild} workers that maxchild allows are alive (${active}): raise it with ` +
    `"preforkd scale ${service.name} maxchild=N", or wait for sessions to end`,
  'start-cap': (master, _service, { starting, released }) =>
    `${starting === 1 ? '1 is' : `${starting} are`} starting now, and no more than ` +
    `${capFor(master.startCap, released)} may start at a time, ` +
    'since more would only slow each other down: each start that comes up in time lifts that',
  share: (master, _service, { released }) =>
    `${countText(master.starting, 'start')} of other services ${master.starting === 1 ? 'is' : 'are'} under way, and no ` +
    `more than ${capFor(master.startCap, released)} workers may start at a time: it is its turn as soon as one of them is up`,
  'fork-rate': (master, service) =>
    `maxforkrate=${service.tokens.ratePerSecond} allows that many forks per second, the next one in ` +
    `${seconds(nextTokenAt(service.tokens, master.now) - master.now)}: a higher maxforkrate and a reload lift that`,
  'fork-failed': (master, service) =>
    `the last fork failed for want of processes or memory: next attempt in ` +
    `${seconds(service.forkBackoff.until - master.now)} (see "ulimit -u", TasksMax= and free memory: more of what is short lifts that)`,
  released: (master, _service, { released }) =>
    isExhausted(master.startCap, master.now)
      ? `${released} clients are expected to be finished soon, and starts are slow: the living workers have the ` +
        'processors, and a start that is quick again lifts that'
      : `${released} clients are expected to be finished before a new worker would be up, which lasts ` +
        'as long as sessions end at that rate',
  'breaker-open': (master, service) =>
    `its workers died before they served anybody ${lastExit(service)}: next attempt in ` +
    `${seconds(service.breaker.kind === 'open' ? service.breaker.retryAt - master.now : 0)}; ` +
    'mend the cause, and one that comes up lifts that',
  'breaker-probe': (_master, service) =>
    `its workers died before they served anybody ${lastExit(service)}: one is being tried, and lifts that when it comes up`,
  paused: (_master, service) => `it is paused: "preforkd resume ${service.name}" lifts that`,
  disabled: (_master, service) =>
    `it was disabled after repeated failures ${lastExit(service)}, as failures=cyrus asks for` +
    `${service.listener ? '' : ', and its clients are refused'}: mend the cause and reload`,
  stopping: (master, service, { active }) =>
    service.removed && master.shutdown === undefined
      ? `a reload has removed it, and its last ${countText(active, 'worker')} may finish: put it back and reload to lift that`
      : `the master is stopping, with ${countText(active, 'worker')} of it left and at most ` +
        `${seconds((master.shutdown?.deadline ?? master.now) - master.now)} to go: nothing lifts that, start it again afterwards`,
};

function lastExit({ lastExit: exit }: Service): string {
  if (!exit) return '(the program could not be executed)';
  const stderr = exit.lastStderr === '' ? '' : `, last said "${exit.lastStderr}"`;
  return `(last: pid ${exit.pid}, ${exit.how}${stderr})`;
}

// Other configurations than the first, for reloads: each is made from the first one, and never from the last, so that
// one kind of reload that is switched off leaves what the others send as it was. Called by operator.ts.

import type { MasterSpec, ServiceSpec } from '../../src/core/spec.ts';
import type { Entropy } from '../../src/lib/entropy.ts';
import type { Address } from '../../src/os/os.ts';
import { drawDaemon, drawEvent } from './scenario.ts';
import { drawService } from './scenario-services.ts';
import { listenText, MISSING_PROGRAM, serviceCommandOf } from './units.ts';

export type Variation = (spec: MasterSpec, draws: Entropy) => MasterSpec;

/** Numbers of services that no first configuration has: their names and ports are free. */
const ADDED_FIRST = 5;
const ADDED_LAST = 7;
/** Ports that changed addresses move to, apart from all others. */
const MOVED_BY = 1000;
const MOVES = 3;
const VERSIONS = 4;
/** Of the entries, on average. */
const CHANGED = 0.5;
const REMOVED = 0.3;

export const changed: Variation = (spec, draws) => ({
  ...spec,
  services: spec.services.map((service) =>
    draws.chance(CHANGED) ? changedService(service, draws) : service,
  ),
  daemons: spec.daemons.map((daemon) =>
    draws.chance(CHANGED) ? { ...daemon, command: newer(daemon, draws) } : daemon,
  ),
  events: spec.events.map((event, index) => (draws.chance(CHANGED) ? drawEvent(draws, index) : event)),
});

function changedService(service: ServiceSpec, draws: Entropy): ServiceSpec {
  const way = draws.pick(['limits', 'limits', 'command', 'times', 'address'] as const);
  if (way === 'limits') return withLimits(service, draws);
  if (way === 'command') return { ...service, command: newer(service, draws) };
  if (way === 'times')
    return { ...service, stoplimitMs: draws.integer(1, 5) * 1000, startlimitMs: draws.integer(2, 10) * 1000 };
  return moved(service, draws.integer(1, MOVES));
}

/** A command that differs in its arguments only: workers must be replaced, and what they do stays the same. */
function newer({ command }: Pick<ServiceSpec, 'command'>, draws: Entropy): ServiceSpec['command'] {
  const [path = '', unit = ''] = command.argv;
  return { ...command, argv: [path, unit, `version=${draws.integer(2, VERSIONS)}`] };
}

function withLimits(service: ServiceSpec, draws: Entropy): ServiceSpec {
  const datagram = service.address.transport === 'datagram';
  const maxchild = draws.integer(1, datagram ? 2 : 20);
  const least = service.babysit ? 1 : 0;
  const prefork = service.protocol === 'inetd' ? 0 : Math.min(maxchild, draws.integer(least, 5));
  return { ...service, maxchild, prefork, maxforkrate: draws.integer(1, 20) };
}

function moved(service: ServiceSpec, step: number): ServiceSpec {
  const address = movedAddress(service.address, step);
  const elsewhere = { ...service, address, listen: listenText(address) };
  return { ...elsewhere, command: serviceCommandOf(elsewhere) };
}

function movedAddress(address: Address, step: number): Address {
  if (address.family === 'unix') return { ...address, path: `${address.path}.${step}` };
  return { ...address, port: address.port + step * MOVED_BY };
}

export const removed: Variation = (spec, draws) => {
  const stays = () => !draws.chance(REMOVED);
  return {
    ...spec,
    services: spec.services.filter(stays),
    daemons: spec.daemons.filter(stays),
    events: spec.events.filter(stays),
  };
};

export const added: Variation = (spec, draws) => {
  const more = Array.from({ length: draws.integer(1, ADDED_LAST - ADDED_FIRST + 1) }, (_, index) =>
    // By their number, so that the next such reload changes entries of the same name.
    drawService(draws.stream(`service/${index}`), ADDED_FIRST + index),
  );
  const daemons = spec.daemons.length;
  // A waiting daemon is waited for at the start only, and may be added later all the same.
  const daemon = draws.chance(CHANGED) ? [drawDaemon(draws.stream('daemon'), daemons)] : [];
  const event = draws.chance(CHANGED) ? [drawEvent(draws.stream('event'), spec.events.length)] : [];
  return {
    ...spec,
    services: [...spec.services, ...more],
    daemons: [...spec.daemons, ...daemon],
    events: [...spec.events, ...event],
  };
};

/** What a check of the configuration cannot see: an address that cannot be bound, a program that is gone. */
export const bad: Variation = (spec, draws) => {
  const [first] = spec.services;
  if (!first) return spec;
  const way = draws.pick(['taken', 'not-ours', 'program'] as const);
  if (way === 'taken') return { ...spec, services: [...spec.services, lateComer(first)] };
  if (way === 'not-ours') return { ...spec, services: [...spec.services, stranger(first)] };
  const victim = draws.integer(0, spec.services.length - 1);
  return {
    ...spec,
    services: spec.services.map((service, index) => (index === victim ? withoutProgram(service) : service)),
  };
};

/** Wants the address of another service under a name of its own. */
function lateComer(service: ServiceSpec): ServiceSpec {
  const other = { ...service, name: 'late-comer', line: 99 };
  return { ...other, command: serviceCommandOf(other) };
}

/** Wants an address of another machine (TEST-NET-1, RFC 5737). */
function stranger(service: ServiceSpec): ServiceSpec {
  const address = { family: 'ipv4', transport: 'stream', host: '192.0.2.1', port: 143 } as const;
  const proto = 'tcp';
  const other = { ...service, name: 'stranger', line: 98, address, listen: listenText(address), proto };
  return { ...other, command: serviceCommandOf(other) };
}

function withoutProgram(service: ServiceSpec): ServiceSpec {
  const { command } = service;
  return { ...service, command: { ...command, path: MISSING_PROGRAM, program: MISSING_PROGRAM } };
}

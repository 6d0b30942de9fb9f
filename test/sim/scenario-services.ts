// The services of a simulated configuration, drawn from a seed: each as config/ could have made it, so nothing that it
// refuses (contradictions.ts). Called by scenario.ts, and by the operator for a service that is added later.

import type { Protocol, ServiceSpec } from '../../src/core/spec.ts';
import type { Entropy } from '../../src/lib/entropy.ts';
import type { Address } from '../../src/os/os.ts';
import { listenText, serviceCommandOf } from './units.ts';

const NAMES = ['imap', 'imaps', 'pop3', 'lmtp', 'http', 'sieve', 'nntp', 'mupdate'] as const;
const PORT_FIRST = 1143;
/** One of so many wants more workers than one turn may start, or one look of the self-audit may see. */
const LARGE = 0.04;
const LARGE_PREFORK = 50;
const LARGE_MAXCHILD = 100;
const UNLIMITED = Number.POSITIVE_INFINITY;

/** `number`: counts services from 0; names and addresses follow from it and never collide. */
export function drawService(draws: Entropy, number: number): ServiceSpec {
  const name = NAMES[number] ?? `service${number}`;
  const protocol = draws.pick<Protocol>(['cyrus', 'cyrus', 'cyrus', 'systemd', 'systemd', 'inetd']);
  const address = drawAddress(draws, number, protocol);
  const listen = listenText(address);
  return {
    ...drawLimits(draws, protocol, address),
    ...drawTimes(draws, protocol),
    name,
    index: 0,
    line: number + 1,
    protocol,
    listen,
    proto: address.transport === 'datagram' ? 'udp' : 'tcp',
    address,
    command: serviceCommandOf({ name, listen, protocol, address }),
    backlog: draws.pick([1, 2, 8, 32, 128, 1024, 4096]),
    maxrssBytes: 0,
    failureRule: draws.chance(0.2) ? 'cyrus' : 'breaker',
  };
}

/** The same entry at a second address: one name, two sockets, and limits of its own for each. */
export function twinOf(service: ServiceSpec): ServiceSpec | undefined {
  if (service.address.family !== 'ipv4') return undefined;
  const address = { ...service.address, family: 'ipv6', host: '::1' } as const;
  const twin = { ...service, index: 1, listen: listenText(address), address };
  return { ...twin, command: serviceCommandOf(twin) };
}

/** Datagrams need a worker that reads them from the socket: protocol `cyrus` only, one of many services. */
function drawAddress(draws: Entropy, number: number, protocol: Protocol): Address {
  const transport = protocol === 'cyrus' && draws.chance(0.1) ? 'datagram' : 'stream';
  const port = PORT_FIRST + number;
  const family = draws.pick(['ipv4', 'ipv4', 'ipv6', 'unix'] as const);
  if (family === 'unix') return { family, transport, path: `/run/service${number}.sock` };
  return { family, transport, host: family === 'ipv4' ? '127.0.0.1' : '::1', port };
}

function drawLimits(draws: Entropy, protocol: Protocol, { transport }: Address) {
  const unlimited = transport === 'datagram' ? 1 : UNLIMITED;
  const large = transport === 'stream' && draws.chance(LARGE);
  const most = transport === 'datagram' ? 2 : large ? LARGE_MAXCHILD : 20;
  const maxchild = draws.chance(0.25) ? unlimited : draws.integer(large ? LARGE_PREFORK : 1, most);
  const babysit = protocol !== 'inetd' && draws.chance(0.15);
  const least = babysit ? 1 : 0;
  const wanted = large ? draws.integer(least, LARGE_PREFORK) : draws.integer(least, 5);
  const prefork = protocol === 'inetd' ? 0 : Math.min(maxchild, wanted);
  const maxforkrate = draws.chance(0.5) ? (babysit ? 10 : UNLIMITED) : draws.integer(1, 20);
  const several = protocol !== 'inetd' && transport === 'stream' && draws.chance(0.3);
  return { maxchild, babysit, prefork, maxforkrate, clientlimit: several ? draws.integer(2, 8) : 1 };
}

function drawTimes(draws: Entropy, protocol: Protocol) {
  const stoplimitMs = draws.integer(1, 5) * 1000;
  const startlimitMs = draws.integer(2, 10) * 1000;
  const idlekillMs = draws.chance(0.3) ? draws.integer(2, 20) * 1000 : 0;
  const maxuse = draws.chance(0.2) ? draws.integer(1, 50) : 0;
  const watchdogMs = draws.chance(0.4) ? draws.integer(2, 10) * 1000 : 0;
  if (protocol === 'inetd') return { stoplimitMs, startlimitMs, idlekillMs: 0, maxuse: 0, watchdogMs: 0 };
  return {
    stoplimitMs,
    startlimitMs,
    idlekillMs,
    maxuse,
    watchdogMs: protocol === 'systemd' ? watchdogMs : 0,
  };
}

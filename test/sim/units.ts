// How the simulator names what it runs. Every service at one address, every daemon, event and start job is a unit; its
// id is argv[1] of its command, so that kernel, programs and oracle know a process when they see it. The path of the
// program tells its kind. Called by the scenario, by the operator's new configurations, and by the kernel's exec.

import type { CommandSpec, Protocol, ServiceSpec } from '../../src/core/spec.ts';
import type { Address } from '../../src/os/os.ts';

/** What a program is, whatever its behaviour. */
export type ProgramKind = Protocol | 'datagram' | 'daemon' | 'waiting-daemon' | 'event' | 'start';

const PROGRAMS = '/sim/';
/** Nothing is there: exec says ENOENT. */
export const MISSING_PROGRAM = '/missing/program';

/** `version` makes a command another one for a reload, while the program stays the same. */
export function commandOf(kind: ProgramKind, unit: string, version = 1): CommandSpec {
  const path = `${PROGRAMS}${kind}`;
  return {
    text: `${path} ${unit}`,
    path,
    argv: [path, unit, `version=${version}`],
    program: path,
    environment: {},
  };
}

/** undefined: there is no such program. */
export function kindOf(path: string): ProgramKind | undefined {
  return path.startsWith(PROGRAMS) ? (path.slice(PROGRAMS.length) as ProgramKind) : undefined;
}

/** A service's program, by what it is to take its clients from. */
export function serviceCommandOf({ name, listen, protocol, address }: ListeningEntry): CommandSpec {
  const kind = address.transport === 'datagram' ? 'datagram' : protocol;
  return commandOf(kind, unitOf({ name, listen }));
}

type ListeningEntry = Pick<ServiceSpec, 'name' | 'listen' | 'protocol' | 'address'>;

function unitOf({ name, listen }: Pick<ListeningEntry, 'name' | 'listen'>): string {
  return `service/${name}/${listen}`;
}

/** As it would stand in `listen=`. */
export function listenText(address: Address): string {
  if (address.family === 'unix') return address.path;
  return address.family === 'ipv6' ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

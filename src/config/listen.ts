// listen= and proto= -> the addresses to bind. Reads the forms of cyrus.conf (`port`, `name`, `host:port`,
// `[v6]:port`, `/unix/path`; ours: `./path`), and asks the world for hosts and port names. Without a host: both
// wildcards, IPv4 first, as getaddrinfo answers. The master never resolves anything later.

import { resolve } from 'node:path';
import type { ServiceSpec } from '../core/spec.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { didYouMean } from './suggest.ts';
import type { HostAddress, World } from './world.ts';

type Address = ServiceSpec['address'];

export interface ListenTrouble {
  readonly message: string;
  readonly hint?: string;
  /** Nothing wrong with the file: a host is unknown at present. Cyrus goes on without the service. */
  readonly unresolved?: true;
}

/** sun_path holds 108 bytes, the final NUL included. */
export const UNIX_PATH_BYTES_MAX = 107;

export interface ListenForm {
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
  readonly port: string;
}

const FORMS = 'write port, host:port, [v6]:port, /path or ./path';

export function isUnixPath(listen: string): boolean {
  return /^(\/|\.\/|\.\.\/)/.test(listen);
}

/** `host:port` in its forms; the last colon splits. */
export function splitHostAndPort(listen: string): Result<ListenForm, ListenTrouble> {
  const colon = listen.lastIndexOf(':');
  const port = listen.slice(colon + 1);
  if (colon < 0) return ok({ host: undefined, port });
  const host = listen.slice(0, colon);
  const bare = /^\[[^[\]]*\]$/.test(host) ? host.slice(1, -1) : host;
  if (port === '' || port.includes(']')) return err({ message: `no port in "${listen}"`, hint: FORMS });
  if (bare === '' || bare === '*') {
    return err({ message: `no host in "${listen}"`, hint: `write "${port}" alone for every address` });
  }
  if (/[[\]]/.test(bare)) return err({ message: `"${listen}" is not an address`, hint: FORMS });
  return ok({ host: bare, port });
}

export function findPort(
  port: string,
  protocol: 'tcp' | 'udp',
  services: string,
): Result<number, ListenTrouble> {
  if (/^\d+$/.test(port)) {
    const number = Number(port);
    return number <= 65_535 ? ok(number) : err({ message: `port ${port} is above 65535` });
  }
  const names: string[] = [];
  for (const line of services.split('\n')) {
    const [name, numberAndProtocol, ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const [number, of] = (numberAndProtocol ?? '').split('/');
    if (name === undefined || of !== protocol) continue;
    if (name === port || aliases.includes(port)) return ok(Number(number));
    names.push(name, ...aliases);
  }
  const near = didYouMean(port, names);
  return err({
    message: `unknown port "${port}"`,
    hint: near ?? `/etc/services has no such name for ${protocol}`,
  });
}

export async function findAddresses(
  listen: string,
  proto: string,
  world: World,
): Promise<Result<readonly Address[], ListenTrouble>> {
  if (isUnixPath(listen)) return unixAddress(resolve(world.cwd, listen), transportOf(proto));
  const form = splitHostAndPort(listen);
  if (!form.ok) return form;
  const port = findPort(form.value.port, proto.startsWith('udp') ? 'udp' : 'tcp', world.services);
  if (!port.ok) return port;
  const hosts = await findHosts(form.value.host, world);
  if (!hosts.ok) return hosts;
  const transport = transportOf(proto);
  const addresses = hosts.value
    .filter(({ family }) => !/[46]$/.test(proto) || proto.endsWith(String(family)))
    .map(({ address, family }): Address => {
      return { family: family === 6 ? 'ipv6' : 'ipv4', transport, host: address, port: port.value };
    });
  if (addresses.length > 0) return ok(addresses);
  return err({ message: `"${listen}" has no address for proto=${proto}`, unresolved: true });
}

function transportOf(proto: string): Address['transport'] {
  return proto.startsWith('udp') ? 'datagram' : 'stream';
}

export function unixAddress(
  path: string,
  transport: Address['transport'],
): Result<readonly Address[], ListenTrouble> {
  const bytes = Buffer.byteLength(path);
  if (bytes <= UNIX_PATH_BYTES_MAX) return ok([{ family: 'unix', transport, path }]);
  return err({
    message: `the socket path ${path} has ${bytes} bytes; the kernel takes ${UNIX_PATH_BYTES_MAX}`,
  });
}

async function findHosts(
  host: string | undefined,
  world: World,
): Promise<Result<readonly HostAddress[], ListenTrouble>> {
  if (host === undefined)
    return ok([
      { address: '0.0.0.0', family: 4 },
      { address: '::', family: 6 },
    ]);
  const found = await world.lookup(host);
  if (typeof found === 'string')
    return err({ message: `cannot resolve host "${host}": ${found}`, unresolved: true });
  const unique = new Map(found.map((address) => [address.address, address]));
  return ok([...unique.values()]);
}

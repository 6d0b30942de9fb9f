// Where the storm goes: a TCP address or a unix socket. Loopback only, unless it was allowed: a slip of the keyboard
// must not become an attack on somebody else. A name is resolved here once, so that what was checked is what is
// connected to. Called once, before anything is sent.

import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { err, ok, type Result } from '../../../src/lib/result.ts';

export type Target =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly text: string }
  | { readonly kind: 'unix'; readonly path: string; readonly text: string };

/** What is connected to. `loopback`: more source addresses can be had, see dialer.ts. */
export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly loopback: boolean }
  | { readonly kind: 'unix'; readonly path: string };

const FORMS = 'write 127.0.0.1:1143, [::1]:1143, or the path of a unix socket (/run/echo.sock, ./echo.sock)';
/** Connecting to "any address" reaches this machine; services listen there, and their address is copied from status. */
const ANY: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1', '*': '127.0.0.1' };

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

export function parseTarget(text: string): Result<Target, string> {
  const path = /^unix:(.+)$/.exec(text)?.[1] ?? (/^\.{0,2}\//.test(text) ? text : undefined);
  if (path !== undefined) return ok({ kind: 'unix', path: resolve(path), text });
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) return err(`"${text}" is not a target; ${FORMS}`);
  const host = match[1] ?? match[2] ?? '';
  if (match[1] !== undefined && isIP(host) !== 6) return err(`"${host}" is not an IPv6 address; ${FORMS}`);
  return ok({ kind: 'tcp', host: ANY[host] ?? host, port, text });
}

type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

const lookupAll: Lookup = (host) => lookup(host, { all: true });

export async function resolveTarget(
  target: Target,
  allowRemote: boolean,
  find: Lookup = lookupAll,
): Promise<Result<Address, string>> {
  if (target.kind === 'unix') return ok({ kind: 'unix', path: target.path });
  const { host: name, port, text } = target;
  let host: string | undefined = name;
  if (isIP(name) === 0) {
    try {
      const found = (await find(name)).map(({ address }) => address);
      host = found.find(isLoopback) ?? found[0];
    } catch (error) {
      return err(`"${name}" has no address: ${(error as Error).message}`);
    }
  }
  if (host === undefined) return err(`"${name}" has no address`);
  const loopback = isLoopback(host);
  if (loopback || allowRemote) return ok({ kind: 'tcp', host, port, loopback });
  return err(
    `${text} is not this machine's loopback; a storm may be sent elsewhere only with --allow-remote, and only ` +
      'where you may',
  );
}

function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

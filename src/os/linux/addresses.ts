// Addresses of the port as the kernel's sockaddr, and back: ip(7), ipv6(7), unix(7). Called by the files that
// bind, inherit and ask about sockets. Knows no policy; a host that is no numeric address is EINVAL.

import { assert } from '../../lib/assert.ts';
import type { Address, Errno, Fd, Transport } from '../os.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOCKADDR_BYTES,
  SOCKADDR_IN_BYTES,
  SOCKADDR_IN6_BYTES,
  SOL_SOCKET,
  SUN_PATH_BYTES,
  SUN_PATH_OFFSET,
} from './structs.ts';

export type Encoded =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly length: number }
  | { readonly ok: false; readonly errno: Errno };

export const DOMAINS = { ipv4: AF_INET, ipv6: AF_INET6, unix: AF_UNIX } as const;
export const TYPES = { stream: SOCK_STREAM, datagram: SOCK_DGRAM } as const;

const INVALID: Encoded = { ok: false, errno: 'EINVAL' };
const PORT_OFFSET = 2;
const IPV4_OFFSET = 4;
const IPV6_OFFSET = 8;
const IPV6_SCOPE_OFFSET = 24;
const ADDRESS_TEXT_BYTES = 46;

export function encodeAddress(address: Address): Encoded {
  if (address.family === 'unix') return encodeUnix(address.path);
  const bytes = new Uint8Array(SOCKADDR_BYTES);
  const view = new DataView(bytes.buffer);
  new Uint16Array(bytes.buffer, 0, 1)[0] = DOMAINS[address.family];
  view.setUint16(PORT_OFFSET, address.port);
  if (address.family === 'ipv4') {
    const known = libc.inetPton(AF_INET, address.host, bytes.subarray(IPV4_OFFSET)) === 1;
    return known ? { ok: true, bytes, length: SOCKADDR_IN_BYTES } : INVALID;
  }
  // A link-local address names its interface after '%' (RFC 4007): 'fe80::1%eth0'.
  const [host = '', scope] = address.host.split('%');
  const index = scope === undefined ? 0 : Number(scope) || libc.ifNametoindex(scope);
  new Uint32Array(bytes.buffer, IPV6_SCOPE_OFFSET, 1)[0] = index;
  const known = libc.inetPton(AF_INET6, host, bytes.subarray(IPV6_OFFSET)) === 1;
  return known ? { ok: true, bytes, length: SOCKADDR_IN6_BYTES } : INVALID;
}

function encodeUnix(path: string): Encoded {
  const bytes = new Uint8Array(SOCKADDR_BYTES);
  const encoded = Buffer.from(path);
  if (encoded.length === 0 || encoded.includes(0)) return INVALID;
  if (encoded.length >= SUN_PATH_BYTES) return { ok: false, errno: 'ENAMETOOLONG' };
  new Uint16Array(bytes.buffer, 0, 1)[0] = AF_UNIX;
  bytes.set(encoded, SUN_PATH_OFFSET);
  return { ok: true, bytes, length: SUN_PATH_OFFSET + encoded.length + 1 };
}

/** Of somebody else's socket: '/path', or '@name' for one that is no file, unix(7). */
export function encodePeer(name: string): Encoded {
  const encoded = encodeUnix(name);
  if (!encoded.ok || !name.startsWith('@')) return encoded;
  encoded.bytes[SUN_PATH_OFFSET] = 0;
  // Every byte of such a name counts: no NUL ends it.
  return { ...encoded, length: encoded.length - 1 };
}

/** The address that `fd` is bound to; undefined when it is no socket of a family and type that we serve. */
export function boundAddress(fd: Fd): Address | undefined {
  const transport = transportOf(fd);
  if (transport === undefined) return undefined;
  const bytes = new Uint8Array(SOCKADDR_BYTES);
  const length = new Uint32Array([SOCKADDR_BYTES]);
  if (libc.getsockname(fd, bytes, length) !== 0) return undefined;
  return decodeAddress(bytes, length[0] as number, transport);
}

function transportOf(fd: Fd): Transport | undefined {
  const type = new Int32Array(1);
  if (libc.getsockopt(fd, SOL_SOCKET, SO_TYPE, type, new Uint32Array([4])) !== 0) return undefined;
  if (type[0] === SOCK_STREAM) return 'stream';
  return type[0] === SOCK_DGRAM ? 'datagram' : undefined;
}

function decodeAddress(bytes: Uint8Array, length: number, transport: Transport): Address | undefined {
  const domain = new Uint16Array(bytes.buffer, 0, 1)[0];
  const port = new DataView(bytes.buffer).getUint16(PORT_OFFSET);
  if (domain === AF_INET) {
    return { family: 'ipv4', transport, host: hostText(AF_INET, bytes.subarray(IPV4_OFFSET)), port };
  }
  if (domain === AF_INET6) {
    const scope = new Uint32Array(bytes.buffer, IPV6_SCOPE_OFFSET, 1)[0] as number;
    const host = hostText(AF_INET6, bytes.subarray(IPV6_OFFSET));
    return { family: 'ipv6', transport, host: scope === 0 ? host : `${host}%${scope}`, port };
  }
  if (domain !== AF_UNIX) return undefined;
  const name = Buffer.from(bytes.subarray(SUN_PATH_OFFSET, length));
  // unix(7): a first NUL marks a name that is no file; written with '@', as ss(8) and systemd do.
  if (name[0] === 0) return { family: 'unix', transport, path: `@${name.subarray(1).toString()}` };
  const end = name.indexOf(0);
  return { family: 'unix', transport, path: name.subarray(0, end < 0 ? name.length : end).toString() };
}

function hostText(domain: number, bytes: Uint8Array): string {
  const text = libc.inetNtop(domain, bytes, new Uint8Array(ADDRESS_TEXT_BYTES), ADDRESS_TEXT_BYTES);
  if (text === null) assert(false, 'inet_ntop(3) failed', { errno: lastErrno() });
  return text;
}

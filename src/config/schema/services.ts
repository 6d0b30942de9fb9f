// Rows of SERVICES: programs that serve connections of a listening socket.

import {
  COMMAND_KEY,
  FAILURES_KEY,
  MAXFDS_KEY,
  STARTLIMIT_KEY,
  STOPLIMIT_KEY,
  SURROUNDINGS_KEYS,
} from './process.ts';
import type { EntryTable, KeySpec } from './types.ts';

export const PROTOCOLS = ['cyrus', 'systemd', 'inetd'] as const;

export const TRANSPORTS = ['tcp', 'tcp4', 'tcp6', 'udp', 'udp4', 'udp6'] as const;

const CYRUS_KEYS: readonly KeySpec[] = [
  COMMAND_KEY,
  {
    key: 'listen',
    type: 'text',
    required: true,
    origin: 'cyrus',
    doc: 'Where to listen: `port`, `name` (of /etc/services), `host:port`, `[v6]:port`, `/path` or `./path` of a unix socket. Every address of the host is bound. Port 0 takes a free one.',
  },
  {
    key: 'proto',
    type: 'choice',
    choices: TRANSPORTS,
    default: 'tcp',
    origin: 'cyrus',
    doc: 'Transport, and with a 4 or 6 the only IP version to bind. Unix sockets are always streams.',
  },
  {
    key: 'prefork',
    type: 'integer',
    default: '0',
    unit: 'workers',
    origin: 'cyrus',
    doc: 'Workers to keep ready for the next clients, for each address.',
  },
  {
    key: 'maxchild',
    type: 'integer',
    default: '-1',
    defaultNote: 'no limit; 1 with udp',
    unit: 'workers',
    origin: 'cyrus',
    doc: 'Most workers alive at once, for each address.',
  },
  {
    key: 'maxforkrate',
    type: 'integer',
    default: '0',
    defaultNote: 'no limit; 10 with babysit',
    unit: 'starts per second',
    origin: 'cyrus',
    doc: 'Most workers started in a second, for each address.',
  },
  MAXFDS_KEY,
  {
    key: 'babysit',
    type: 'switch',
    default: 'no',
    origin: 'cyrus',
    doc: 'Never leave the service without a worker: prefork is at least 1.',
  },
];

const LIFE_KEYS: readonly KeySpec[] = [
  {
    key: 'protocol',
    type: 'choice',
    choices: PROTOCOLS,
    default: 'cyrus',
    origin: 'preforkd',
    doc: 'How master and worker talk. `cyrus`: socket at fd 4, status messages at fd 3. `systemd`: LISTEN_FDS and NOTIFY_SOCKET. `inetd`: one process per connection, which is its stdin and stdout.',
  },
  {
    key: 'backlog',
    type: 'count',
    minimum: 1,
    maximum: 2_147_483_647,
    unit: 'connections',
    defaultNote: 'backlog of MASTER',
    origin: 'preforkd',
    doc: 'How many clients may wait in the kernel. The kernel clamps it to net.core.somaxconn.',
  },
  {
    key: 'clientlimit',
    type: 'count',
    default: '1',
    minimum: 1,
    maximum: 1_000_000,
    unit: 'clients',
    origin: 'preforkd',
    doc: 'Clients that one worker serves at once.',
  },
  STARTLIMIT_KEY,
  STOPLIMIT_KEY,
  {
    key: 'idlekill',
    type: 'duration',
    default: 'off',
    off: true,
    origin: 'preforkd',
    doc: 'Workers beyond prefork that stayed idle for this long are ended.',
  },
  {
    key: 'maxuse',
    type: 'count',
    default: 'off',
    off: true,
    minimum: 0,
    maximum: 1_000_000_000,
    unit: 'connections',
    origin: 'preforkd',
    doc: 'Connections after which a worker is replaced.',
  },
  {
    key: 'maxrss',
    type: 'size',
    default: 'off',
    off: true,
    origin: 'preforkd',
    doc: 'Resident memory above which a worker is replaced. Looked at when workers are sampled.',
  },
  {
    key: 'watchdog',
    type: 'duration',
    default: 'off',
    off: true,
    origin: 'preforkd',
    doc: 'With protocol=systemd: sets WATCHDOG_USEC; a worker that does not send WATCHDOG=1 in this time is replaced.',
  },
  FAILURES_KEY,
];

const SOCKET_KEYS: readonly KeySpec[] = [
  {
    key: 'mode',
    type: 'octal',
    maximum: 0o777,
    defaultNote: "what the master's umask leaves",
    origin: 'preforkd',
    doc: 'Permission bits of a unix socket, in octal.',
  },
  {
    key: 'owner',
    type: 'text',
    defaultNote: "the master's user and group",
    origin: 'preforkd',
    doc: 'Owner of a unix socket: `user` or `user:group`. Needs a master that runs as root.',
  },
];

export const SERVICES_TABLE: EntryTable = {
  section: 'SERVICES',
  doc: 'Programs that serve the connections of a socket. The master owns the socket and starts workers as clients come.',
  keys: [...CYRUS_KEYS, ...LIFE_KEYS, ...SOCKET_KEYS, ...SURROUNDINGS_KEYS],
};

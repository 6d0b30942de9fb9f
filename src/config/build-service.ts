// An entry of SERVICES -> one ServiceSpec for each address that it listens on. Cyrus's implications are applied here
// (babysit implies a worker and a rate, udp one worker); contradictions are in contradictions.ts.

import type { ServiceSpec } from '../core/spec.ts';
import { findGroup, findUser } from './accounts.ts';
import { type CommandContext, readCommand, readFailureRule } from './command.ts';
import { noteServiceContradictions, type ServiceNumbers } from './contradictions.ts';
import { findAddresses, isUnixPath } from './listen.ts';
import type { EntryReader } from './read.ts';
import { PROTOCOLS, TRANSPORTS } from './schema.ts';

/** Cyrus: "reasonable safety". */
const BABYSIT_FORKS_PER_SECOND = 10;

export async function buildService(
  reader: EntryReader,
  context: CommandContext,
  defaultBacklog: number,
): Promise<ServiceSpec[]> {
  const protocol = reader.choice('protocol', PROTOCOLS);
  const listen = reader.text('listen')?.text ?? '';
  const proto = reader.choice('proto', TRANSPORTS);
  const numbers = readNumbers(reader, proto);
  noteServiceContradictions(reader, { protocol, proto, unix: isUnixPath(listen), ...numbers });
  const rest = {
    backlog: reader.count('backlog') ?? defaultBacklog,
    clientlimit: reader.count('clientlimit') ?? 1,
    startlimitMs: reader.duration('startlimit'),
    stoplimitMs: reader.duration('stoplimit'),
    idlekillMs: reader.duration('idlekill'),
    maxuse: reader.count('maxuse') ?? 0,
    maxrssBytes: reader.size('maxrss'),
    watchdogMs: protocol === 'systemd' ? reader.duration('watchdog') : 0,
    failureRule: readFailureRule(reader, context),
    ...readSocketKeys(reader, context),
  };
  const command = await readCommand(reader, context, { maxfds: true, listenPid: protocol === 'systemd' });
  const addresses = await readAddresses(reader, listen, proto, context);
  if (command === undefined) return [];
  const shared = { name: reader.name, line: reader.entry.name.line, protocol, listen, proto, command };
  // Contradicting numbers have been noted; where they are let pass, maxchild counts, as under Cyrus.
  const prefork = Math.min(numbers.prefork, numbers.maxchild);
  return addresses.map((address, index) => ({ ...shared, index, address, ...numbers, prefork, ...rest }));
}

/** The numbers that Cyrus has too, after its implications. */
function readNumbers(reader: EntryReader, proto: string): ServiceNumbers {
  const babysit = reader.switch('babysit');
  const prefork = Math.max(0, reader.integer('prefork'));
  const maxchild = reader.integer('maxchild');
  const maxforkrate = reader.integer('maxforkrate');
  const unlimited = proto.startsWith('udp') ? 1 : Number.POSITIVE_INFINITY;
  const rateless = babysit ? BABYSIT_FORKS_PER_SECOND : Number.POSITIVE_INFINITY;
  return {
    babysit,
    prefork: babysit ? Math.max(1, prefork) : prefork,
    maxchild: maxchild < 0 ? unlimited : maxchild,
    maxforkrate: maxforkrate <= 0 ? rateless : maxforkrate,
  };
}

async function readAddresses(
  reader: EntryReader,
  listen: string,
  proto: string,
  { world }: CommandContext,
): Promise<readonly ServiceSpec['address'][]> {
  if (listen === '') return [];
  const addresses = await findAddresses(listen, proto, world);
  if (addresses.ok) return addresses.value;
  const { message, hint, unresolved } = addresses.error;
  const at = reader.place('listen');
  if (unresolved === true) reader.notes.strict(at, message, hint, `${reader.name} is left out`);
  else reader.notes.error(at, message, hint);
  return [];
}

function readSocketKeys(
  reader: EntryReader,
  { world }: CommandContext,
): Pick<ServiceSpec, 'socketMode' | 'socketOwner'> {
  const mode = reader.octal('mode');
  const socketMode = mode === undefined ? {} : { socketMode: mode };
  const written = reader.text('owner');
  if (written === undefined) return socketMode;
  const [userName = '', groupName] = written.text.split(':');
  const user = findUser(userName, world.passwd);
  const group = groupName === undefined ? undefined : findGroup(groupName, world.group);
  const wrong = user.ok === false ? user.error : group?.ok === false ? group.error : undefined;
  if (wrong !== undefined) reader.notes.error(written, wrong.message, wrong.hint);
  if (!user.ok || group?.ok === false) return socketMode;
  if (world.uid !== 0 && user.value.uid !== world.uid) {
    reader.notes.error(written, 'owner= asks for another user', 'the master must run as root for that');
  }
  const gid = group?.value ?? user.value.gid ?? world.gid;
  return { ...socketMode, socketOwner: { uid: user.value.uid, gid } };
}

// Values that are each right and wrong together. What Cyrus would run all the same (its own keys) is strict: an error
// in our files, a warning in a plain cyrus.conf. What involves a key of ours is always an error.

import type { Protocol, ServiceSpec } from '../core/spec.ts';
import type { EntryReader } from './read.ts';

export type ServiceNumbers = Pick<ServiceSpec, 'babysit' | 'prefork' | 'maxchild' | 'maxforkrate'>;

export interface ServiceShape extends ServiceNumbers {
  readonly protocol: Protocol;
  readonly proto: string;
  readonly unix: boolean;
}

/** Keys that speak of a worker with many connections: an inetd program has one, and ends with it. */
const NOT_WITH_INETD = ['clientlimit', 'idlekill', 'maxuse', 'startlimit', 'watchdog'] as const;

export function noteServiceContradictions(reader: EntryReader, shape: ServiceShape): void {
  noteNumbers(reader, shape);
  if (shape.protocol === 'inetd') noteInetd(reader, shape);
  noteSocket(reader, shape);
  if (shape.protocol !== 'systemd' && reader.given('watchdog') !== undefined) {
    reader.notes.error(reader.place('watchdog'), 'watchdog= needs protocol=systemd');
  }
}

function noteNumbers(reader: EntryReader, { prefork, maxchild, babysit }: ServiceShape): void {
  const { notes } = reader;
  if (reader.given('prefork')?.text.startsWith('-') === true) {
    notes.strict(reader.place('prefork'), 'prefork cannot be negative', undefined, '0 is used');
  }
  if (maxchild === 0) {
    notes.strict(
      reader.place('maxchild'),
      'maxchild=0 never lets a worker start',
      'leave it out for no limit',
    );
  } else if (prefork > maxchild) {
    const why = babysit && reader.given('prefork') === undefined ? ' (from babysit)' : '';
    const message = `prefork=${prefork}${why} is more than maxchild=${maxchild}`;
    const key = reader.given('prefork') === undefined ? 'maxchild' : 'prefork';
    notes.strict(reader.place(key), message, undefined, 'maxchild counts');
  }
}

function noteInetd(reader: EntryReader, { prefork, proto }: ServiceShape): void {
  const why = 'an inetd program is started for each connection and ends with it';
  if (prefork > 0) {
    const key = reader.given('prefork') === undefined ? 'babysit' : 'prefork';
    reader.notes.error(reader.place(key), `${key}= contradicts protocol=inetd`, why);
  }
  if (proto.startsWith('udp')) {
    reader.notes.error(
      reader.place('proto'),
      `proto=${proto} contradicts protocol=inetd`,
      'datagrams have no connections',
    );
  }
  for (const key of NOT_WITH_INETD) {
    if (reader.given(key) === undefined) continue;
    reader.notes.error(reader.place(key), `${key}= contradicts protocol=inetd`, why);
  }
}

function noteSocket(reader: EntryReader, { unix, proto }: ServiceShape): void {
  if (unix && /[46]$/.test(proto)) {
    reader.notes.strict(
      reader.place('proto'),
      `proto=${proto} means nothing for a unix socket`,
      'tcp makes it one of streams, udp one of datagrams',
    );
  }
  for (const key of ['mode', 'owner'] as const) {
    if (unix || reader.given(key) === undefined) continue;
    reader.notes.error(
      reader.place(key),
      `${key}= needs a unix socket in listen=`,
      'such as listen="/run/example.sock"',
    );
  }
}

/** Two services cannot own one address. Cyrus would go on without the second one. */
export function noteSharedAddresses(
  services: readonly ServiceSpec[],
  readers: ReadonlyMap<string, EntryReader>,
): void {
  const owners = new Map<string, ServiceSpec>();
  for (const service of services) {
    const { address } = service;
    if (address.family !== 'unix' && address.port === 0) continue;
    const place = JSON.stringify(address);
    const owner = owners.get(place);
    const reader = readers.get(service.name);
    if (owner === undefined) owners.set(place, service);
    else if (reader !== undefined) {
      const message = `"${service.listen}" is where ${owner.name} (line ${owner.line}) listens already`;
      reader.notes.strict(reader.place('listen'), message);
    }
  }
}

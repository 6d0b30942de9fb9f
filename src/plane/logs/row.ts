// What the table of events says about one kind: how loud, which sentence, and what it means to a reader of
// docs/generated/EVENTS.md. Rows are plain data and pure functions, so that the page can be made from them.

import type { Fact, FactKind } from '../../core/facts.ts';
import type { Address } from '../../os/os.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LOG_LEVELS)[number];

export interface Row<Event> {
  readonly level: Level;
  /** Some of a kind are worse than the others. */
  readonly raised?: {
    readonly to: Level;
    /** Completes "or LEVEL when ...", for the page. */
    readonly when: string;
    readonly test: (event: Event) => boolean;
  };
  /** For the page: when it is told, and what to do about it when that is not obvious. */
  readonly meaning: string;
  /** The sentence for a person, with figures. */
  readonly text: (event: Event) => string;
}

/** The facts of one kind. (`Extract` would lose members that share a row, such as 'paused' | 'resumed'.) */
export type FactOf<K extends FactKind> = Fact extends infer F
  ? F extends { readonly kind: infer Kinds }
    ? K extends Kinds
      ? F
      : never
    : never
  : never;

export type FactRows<Kinds extends FactKind> = { readonly [K in Kinds]: Row<FactOf<K>> };

/** 'imap/ipv4'; 'idled' for what does not listen. */
export function who(subject: { readonly service: string; readonly family: string }): string {
  return subject.family === '' ? subject.service : `${subject.service}/${subject.family}`;
}

/** 'imap/ipv4[4711]'. */
export function whoPid(subject: {
  readonly service: string;
  readonly family: string;
  readonly pid: number;
}): string {
  return `${who(subject)}[${subject.pid}]`;
}

/** '127.0.0.1:1143', '[::1]:143', '/run/echo.sock'; datagrams end in '/udp'. */
export function addressText(address: Address): string {
  if (address.family === 'unix') return address.path;
  const host = address.family === 'ipv6' ? `[${address.host}]` : address.host;
  return `${host}:${address.port}${address.transport === 'datagram' ? '/udp' : ''}`;
}

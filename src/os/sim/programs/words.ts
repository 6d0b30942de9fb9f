// What a simulated worker tells its master, by protocol, and when: `cyrus` as in src/worker/worker.ts and, without an
// AVAILABLE at the start, as in Cyrus's master/service.c; sd_notify(3) for `systemd`. The servers say that something has
// happened; only here it becomes bytes. Lies are put in place of them here, and set right here when the world is well.

import { NOTIFY_SOCKET, WATCHDOG_USEC } from '../../../protocol/environment.ts';
import { STATUS_FD } from '../../../protocol/fds.ts';
import { encodeStatus, type StatusWord } from '../../../protocol/status-message.ts';
import { LIES } from './lies.ts';
import type { Life } from './life.ts';
import { Outbox } from './outbox.ts';

export interface Words {
  up(): void;
  /** One more client is in hand; `full`: there is room for no other. */
  taken(full: boolean): void;
  /** One client fewer, and there is room. */
  served(): void;
  /** It takes no more clients from now on. `early`: with places free, and clients in hand. */
  leaving(early: boolean): void;
  /** Bytes as they are, past what is pending: of those that misbehave. 'EAGAIN': there is no room. */
  raw(bytes: Uint8Array): number | string;
  /** Said by one that is idle, as often as you like, it leaves the master's picture as it was. */
  readonly noise: Uint8Array;
  /** Called at every wake-up: what was pending, the watchdog, and the truth after lies. */
  refresh(clients: number): void;
  /** ms until refresh() is wanted. */
  readonly dueMs: number;
}

const MICROSECONDS_PER_MS = 1_000;

/** `places`: clients that it may hold at once. */
export function cyrusWords(life: Life, places: number): Words {
  const { self, options } = life;
  const raw = (bytes: Uint8Array) => self.write(STATUS_FD, bytes);
  const outbox = new Outbox(raw);
  const held: StatusWord[] = [];
  let lied = false;
  const say = (...words: readonly StatusWord[]) => {
    const lie = life.astray ? LIES[options.behaviour] : undefined;
    if (lie) {
      lied = true;
      outbox.put(...lie({ words, pid: self.pid, draws: life.draws, held }));
    } else outbox.put(joined([...held.splice(0), ...words].map((word) => encodeStatus(word, self.pid))));
  };
  const takenBySingle = () => {
    if (options.announces) say('unavailable', 'connection');
    else {
      // A C program of Cyrus: two writes.
      say('unavailable');
      say('connection');
    }
  };
  return {
    up: () => {
      if (options.announces) say('available');
    },
    taken: (full) => {
      if (places === 1) takenBySingle();
      else if (full) say('connectionMulti', 'unavailable');
      else say('connectionMulti');
    },
    served: () => say('available'),
    leaving: (early) => {
      if (early) say('unavailable');
    },
    raw,
    noise: joined([encodeStatus('unavailable', self.pid), encodeStatus('available', self.pid)]),
    refresh: (clients) => {
      outbox.flush();
      if (!lied || clients > 0 || !options.healed()) return;
      lied = false;
      // One client at a time: AVAILABLE says all. How many clients the master believes in nobody can tell it: it ends.
      if (places === 1) say('available');
      else life.finish(0);
    },
    get dueMs() {
      return outbox.retryMs;
    },
  };
}

export function systemdWords(life: Life): Words {
  const { self } = life;
  const { [NOTIFY_SOCKET]: path, [WATCHDOG_USEC]: watchdogUsec } = self.environment;
  const raw = (bytes: Uint8Array) => (path === undefined ? 'sent' : self.sendDatagram(path, bytes));
  const outbox = new Outbox(raw);
  const tell = (text: string) => outbox.put(new TextEncoder().encode(text));
  const everyMs =
    watchdogUsec === undefined ? Number.POSITIVE_INFINITY : Number(watchdogUsec) / MICROSECONDS_PER_MS / 2;
  let tellAt = Number.POSITIVE_INFINITY;
  return {
    up: () => {
      tell('READY=1\nSTATUS=ready');
      tellAt = self.now() + everyMs;
    },
    taken: () => {},
    served: () => {},
    leaving: () => tell('STOPPING=1'),
    raw,
    noise: new TextEncoder().encode('STATUS=ready'),
    refresh: () => {
      outbox.flush();
      if (self.now() < tellAt) return;
      tell('WATCHDOG=1');
      tellAt = self.now() + everyMs;
    },
    get dueMs() {
      return Math.min(outbox.retryMs, Math.max(0, tellAt - self.now()));
    },
  };
}

/** Nobody is told anything: protocol `inetd`. */
export function noWords(): Words {
  return {
    up: () => {},
    taken: () => {},
    served: () => {},
    leaving: () => {},
    raw: () => 'sent',
    noise: new Uint8Array(0),
    refresh: () => {},
    dueMs: Number.POSITIVE_INFINITY,
  };
}

/** One write for all: the master wakes up once. */
function joined(messages: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(messages.reduce((length, message) => length + message.length, 0));
  let offset = 0;
  for (const message of messages) {
    bytes.set(message, offset);
    offset += message.length;
  }
  return bytes;
}

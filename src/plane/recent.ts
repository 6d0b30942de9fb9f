// The last facts in words, for the status page, `preforkd top` and `preforkd events`: a bounded ring for each loudness,
// so that a storm of starts or a talkative worker pushes no warning out. The words are those of the log (event-table.ts);
// the level is its own: what is as loud as info is remembered whatever the log leaves out, and of what is quieter
// only what reaches the plane (quietKinds). Fed by rememberingLog(), which
// the plane puts around its log; never throws into who tells, whatever a listener does.

import type { Fact } from '../core/facts.ts';
import { printable } from '../lib/text.ts';
import { type LoggedEvent, levelOf, rowOf } from './logs/event-table.ts';
import type { Log } from './logs/logger.ts';
import type { PlaneEvent } from './logs/plane-events.ts';
import type { Level } from './logs/row.ts';

/** Of each loudness. */
export const REMARKS_KEPT = 256;
/** A fact may quote what a worker wrote. */
const TEXT_CHARACTERS_MAX = 1_000;

export interface Remark {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Its name in services.conf; absent when the fact is about the master. */
  readonly service?: string;
  /** One line, harmless to a terminal. */
  readonly text: string;
}

export type RemarkLevel = Remark['level'];

export interface Recent {
  learn(event: LoggedEvent, at: number): void;
  /** The last `count` at `level` (default: info) or louder, the oldest first. */
  last(count: number, service?: string, level?: RemarkLevel): readonly Remark[];
  /** Hears every remark, debug included, as it comes. Call what is returned to hear no more. */
  subscribe(listener: (remark: Remark) => void): () => void;
}

export const REMARK_LEVELS: readonly RemarkLevel[] = ['debug', 'info', 'warn', 'error'];

/** Every connection is trace: nobody could read that as it happens. */
const REMARK_LEVEL: Readonly<Record<Level, RemarkLevel | undefined>> = {
  trace: undefined,
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
};

/** `capacity` is how many are kept of each loudness. */
export function createRecent(capacity: number): Recent {
  const rings = new Map(REMARK_LEVELS.map((level) => [level, new Ring(capacity)]));
  const listeners = new Set<(remark: Remark) => void>();
  let order = 0;
  return {
    learn: (event, at) => {
      const remark = remarkOf(event, at);
      if (remark === undefined) return;
      order += 1;
      rings.get(remark.level)?.add({ order, remark });
      for (const listener of listeners) attempt(() => listener(remark));
    },
    last: (count, service, level = 'info') => {
      const loud = REMARK_LEVELS.slice(REMARK_LEVELS.indexOf(level));
      const kept = loud.flatMap((each) => rings.get(each)?.all() ?? []);
      const wanted = kept.filter(({ remark }) => service === undefined || remark.service === service);
      const sorted = wanted.sort((one, other) => one.order - other.order).map(({ remark }) => remark);
      return count <= 0 ? [] : sorted.slice(-count);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The log as it was; what it is told is remembered as well. */
export function rememberingLog(log: Log, recent: Recent): Log {
  return {
    fact: (fact: Fact) => {
      log.fact(fact);
      recent.learn(fact, fact.at);
    },
    tell: (event: PlaneEvent) => {
      log.tell(event);
      // What the plane says at debug is who has asked, which is no news of the services.
      if (levelOf(event) !== 'debug') recent.learn(event, Date.now());
    },
    get level() {
      return log.level;
    },
    setLevel: log.setLevel,
  };
}

interface Kept {
  readonly order: number;
  readonly remark: Remark;
}

/** The oldest gives way. */
class Ring {
  readonly #capacity: number;
  readonly #kept: Kept[] = [];
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(one: Kept): void {
    this.#kept[this.#next] = one;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  all(): readonly Kept[] {
    return this.#kept;
  }
}

function remarkOf(event: LoggedEvent, at: number): Remark | undefined {
  const level = REMARK_LEVEL[levelOf(event)];
  if (level === undefined) return undefined;
  const service = 'service' in event && event.service !== undefined ? { service: event.service } : {};
  return { at, level, ...service, text: oneLine(rowOf(event).text(event)) };
}

/** Diagnostics have many lines. */
function oneLine(text: string): string {
  const [first = '', ...more] = text.trimEnd().split('\n');
  const rest = more.length === 0 ? '' : ' (more in the log)';
  return `${printable(first).slice(0, TEXT_CHARACTERS_MAX)}${rest}`;
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Its own trouble.
  }
}

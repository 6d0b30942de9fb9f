// The one line that `systemctl status` shows of the master: how it is as a whole, and before that what is wrong, in the
// words of the log. Learns from facts; asked by sd-notify.ts whether the line has changed. Pure but for what it remembers.

import type { Fact } from '../core/facts.ts';
import { printable } from '../lib/text.ts';
import { type LoggedEvent, rowOf } from './logs/event-table.ts';

/** systemd takes more, but nobody reads it. */
const CHARACTERS_MAX = 300;

export interface StatusLine {
  learn(fact: Fact): void;
  /** Another word about the whole. */
  say(text: string): void;
  text(): string;
}

export function createStatusLine(): StatusLine {
  let whole = 'starting';
  /** What is wrong, by service and address. */
  const troubles = new Map<string, string>();
  return {
    learn: (fact) => {
      switch (fact.kind) {
        case 'master-started':
        case 'master-ready':
        case 'start-failed':
        case 'stopping':
        case 'stopped':
          whole = sentence(fact);
          break;
        case 'reload-applied':
          whole = sentence(fact);
          // Whatever is still wrong then is told anew.
          troubles.clear();
          break;
        case 'breaker-opened':
        case 'service-disabled':
        case 'service-unbound':
          troubles.set(`${fact.service}/${fact.family}`, sentence(fact));
          break;
        case 'breaker-closed':
        case 'listening':
        case 'service-removed':
          troubles.delete(`${fact.service}/${fact.family}`);
          break;
        default:
      }
    },
    say: (text) => {
      whole = oneLine(text);
    },
    text: () => {
      const [first] = troubles.values();
      if (first === undefined) return whole;
      const others = troubles.size - 1;
      return oneLine(others === 0 ? first : `${first} (and ${others} more)`);
    },
  };
}

function sentence(event: LoggedEvent): string {
  return oneLine(rowOf(event).text(event));
}

function oneLine(text: string): string {
  return printable(text.split('\n', 1)[0] ?? '').slice(0, CHARACTERS_MAX);
}

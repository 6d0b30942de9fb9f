// How facts about services are logged. Part of the table of events (event-table.ts); never called from elsewhere.

import type { Constraint } from '../../core/board.ts';
import { countText, durationText } from '../../lib/text.ts';
import { addressText, type FactRows, who } from './row.ts';

/** Constraints that somebody should look at; the others are the policy at work. */
const TROUBLE: ReadonlySet<Constraint> = new Set([
  'maxchild',
  'fork-rate',
  'fork-failed',
  'breaker-open',
  'breaker-probe',
  'disabled',
]);

const lastWords = (text: string) => (text === '' ? '' : `, last words: ${text}`);
const limitText = (limit: number) => (Number.isFinite(limit) && limit >= 0 ? String(limit) : 'unlimited');

/** What usually stands behind it, and what to look at. */
const LISTEN_HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; `ss -lpn` names it',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'not permitted; ports below 1024, and folders of others, need root',
  ENOENT: 'its folder does not exist',
  EEXIST: 'something that is no socket is in its place',
};

function listenHint(errno: string): string {
  const hint = LISTEN_HINTS[errno];
  return hint === undefined ? '' : ` (${hint})`;
}

export const SERVICE_ROWS = {
  'slot-taken': {
    level: 'debug',
    meaning: 'A service, daemon or event took a place on the scoreboard (internal).',
    text: (fact) => `${who(fact)} takes slot ${fact.slot}`,
  },
  'slot-freed': {
    level: 'debug',
    meaning: 'A removed service, daemon or event left its place on the scoreboard (internal).',
    text: (fact) => `${who(fact)} frees slot ${fact.slot}`,
  },
  listening: {
    level: 'info',
    meaning: 'A socket is bound and listens.',
    text: (fact) =>
      `${who(fact)} listens on ${addressText(fact.address)}, backlog ${fact.effectiveBacklog}${fact.inherited ? ', socket inherited' : ''}`,
  },
  'backlog-clamped': {
    level: 'warn',
    meaning: 'The kernel granted a shorter queue than backlog= asks for: raise net.core.somaxconn.',
    text: (fact) =>
      `${who(fact)}: backlog ${fact.backlog} was clamped to ${fact.effectiveBacklog} by net.core.somaxconn`,
  },
  'listen-failed': {
    level: 'error',
    meaning:
      'An address could not be bound; the other addresses of the service go on. Tried again every 10 s.',
    text: (fact) =>
      `${who(fact)} cannot listen on ${addressText(fact.address)}: ${fact.errno}${listenHint(fact.errno)}`,
  },
  'service-unbound': {
    level: 'error',
    meaning:
      'No address of the service could be bound: nobody is served until one can be. Tried again every 10 s.',
    text: (fact) => `unable to create ${fact.service} listener socket: it is tried again every 10 s`,
  },
  'listener-shut': {
    level: 'error',
    meaning:
      'A worker has called shutdown(2) on the listening socket that all share. It is opened anew, idle workers are replaced.',
    text: (fact) =>
      `a worker of ${who(fact)} has shut down the listening socket ${addressText(fact.address)}: it is opened anew`,
  },
  'service-removed': {
    level: 'info',
    meaning: 'A reload removed the service: new clients are refused, busy workers finish.',
    text: (fact) => `${who(fact)} is removed; ${countText(fact.active, 'worker')} will finish`,
  },
  paused: {
    level: 'info',
    meaning: 'An administrator paused the service: no new workers until it is resumed.',
    text: (fact) => `${who(fact)} is paused`,
  },
  resumed: {
    level: 'info',
    meaning: 'An administrator resumed the service.',
    text: (fact) => `${who(fact)} is resumed`,
  },
  scaled: {
    level: 'info',
    meaning: 'An administrator changed the limits of the service, until the next reload.',
    text: (fact) => `${who(fact)} is scaled to prefork ${fact.prefork}, maxchild ${limitText(fact.maxchild)}`,
  },
  blocked: {
    level: 'info',
    raised: {
      to: 'warn',
      when: 'the constraint is a limit or a failure (maxchild, fork-rate, fork-failed, breaker, disabled)',
      test: (fact) => TROUBLE.has(fact.constraint),
    },
    meaning:
      'More workers are needed than may be spawned. Told once when it begins; `preforkd why SERVICE` says more.',
    text: (fact) =>
      `${who(fact)}: ${fact.constraint} holds spawning back, ${countText(fact.queue, 'client')} queued, ${fact.active} active`,
  },
  unblocked: {
    level: 'info',
    meaning: 'The constraint told of before binds no more.',
    text: (fact) =>
      `${who(fact)}: ${fact.constraint} no longer holds spawning back, after ${durationText(fact.afterMs)}`,
  },
  'breaker-opened': {
    level: 'error',
    meaning:
      'Workers keep failing before they serve anybody: no spawning until the probe. Look at the last words.',
    text: (fact) =>
      `${who(fact)}: breaker open after ${countText(fact.failures, 'failure')} (${fact.lastExit}), next try in ${durationText(fact.retryInMs)}${lastWords(fact.lastStderr)}`,
  },
  'breaker-probing': {
    level: 'info',
    meaning: 'One worker is tried; if it comes up the breaker closes.',
    text: (fact) => `${who(fact)}: one worker is tried`,
  },
  'breaker-closed': {
    level: 'info',
    meaning: 'Workers start again as they should.',
    text: (fact) => `${who(fact)}: breaker closed after ${durationText(fact.afterMs)}`,
  },
  'service-disabled': {
    level: 'error',
    meaning: "Cyrus's rule (failures=cyrus): off until the next SIGHUP.",
    text: (fact) => `too many failures for service ${who(fact)}, disabling until next SIGHUP`,
  },
} satisfies FactRows<
  | 'slot-taken'
  | 'slot-freed'
  | 'listening'
  | 'backlog-clamped'
  | 'listen-failed'
  | 'service-unbound'
  | 'listener-shut'
  | 'service-removed'
  | 'paused'
  | 'resumed'
  | 'scaled'
  | 'blocked'
  | 'unblocked'
  | 'breaker-opened'
  | 'breaker-probing'
  | 'breaker-closed'
  | 'service-disabled'
>;

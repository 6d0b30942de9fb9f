// How facts about the master as a whole, its jobs, EVENTS and daemons are logged. Part of the table of events
// (event-table.ts); never called from anywhere else.

import { countText, durationText } from '../../lib/text.ts';
import { type FactOf, type FactRows, who } from './row.ts';

export const MASTER_ROWS = {
  'master-started': {
    level: 'info',
    meaning: 'The configuration is read and the supervisor thread runs; START comes next.',
    text: (fact) => `preforkd starts with ${countText(fact.services, 'service')} from ${fact.file}`,
  },
  'master-ready': {
    level: 'info',
    raised: { to: 'warn', when: 'a service listens nowhere', test: (fact) => fact.unbound > 0 },
    meaning:
      'START is done, waiting daemons are ready, services listen; the first workers are being spawned.',
    text: ({ unbound }) =>
      unbound === 0
        ? 'ready: every service listens'
        : `ready, but ${countText(unbound, 'service')} could not be bound and ${unbound === 1 ? 'is' : 'are'} tried again every 10 s`,
  },
  'start-failed': {
    level: 'error',
    meaning:
      'A START job, a waiting daemon or a bind failed: the master does not start. The reason says which.',
    text: (fact) => `the start failed at ${fact.service}: ${fact.reason}`,
  },
  stopping: {
    level: 'info',
    meaning: 'The master was asked to stop: listeners are closed, workers drain until the limit.',
    text: (fact) =>
      `stopping (${fact.reason}): ${countText(fact.active, 'worker')} to drain within ${durationText(fact.limitMs)}`,
  },
  stopped: {
    level: 'info',
    meaning: 'Every worker has ended; the master exits.',
    text: (fact) => `stopped, exit code ${fact.exitCode}`,
  },
  'reload-applied': {
    level: 'info',
    meaning: 'A reload took effect. Kept services keep their socket and their busy workers.',
    text: (fact) =>
      `configuration reloaded: ${fact.kept} kept, ${fact.changed} changed, ${fact.added} added, ${fact.removed} removed`,
  },
  interrupted: {
    level: 'debug',
    raised: { to: 'warn', when: 'a turn went on without knowing', test: (fact) => fact.gaveUp > 0 },
    meaning:
      'Signals interrupted poll(2). Harmless; the turn reads the workers anyway. Told once a second at most.',
    text: (fact) =>
      fact.gaveUp > 0
        ? `poll was interrupted ${countText(fact.times, 'time')}: ${countText(fact.gaveUp, 'turn')} went on without its answer`
        : `poll was interrupted ${countText(fact.times, 'time')}`,
  },
  'poll-failed': {
    level: 'error',
    meaning: 'poll(2) failed with something other than an interruption. The turn goes on.',
    text: (fact) => `poll failed: ${fact.errno}`,
  },
  'board-full': {
    level: 'error',
    meaning:
      'There are more services (one per address), daemons and events than the scoreboard has places: a service or daemon is not run then, an event is run without metrics.',
    text: ({ service, places, runs }) =>
      `${service} is ${runs ? 'run without metrics' : 'not run'}: all ${places} places on the scoreboard are taken`,
  },
  'accounting-drift': {
    level: 'error',
    meaning:
      'The self-audit found a worker whose state disagreed with the kernel, and put it right. A bug of preforkd: please report it.',
    text: (fact) =>
      `accounting drift: ${fact.service}[${fact.pid}] was counted as ${fact.was} and is gone; put right (please report this)`,
  },
} satisfies FactRows<
  | 'master-started'
  | 'master-ready'
  | 'start-failed'
  | 'stopping'
  | 'stopped'
  | 'reload-applied'
  | 'interrupted'
  | 'poll-failed'
  | 'board-full'
  | 'accounting-drift'
>;

export const JOB_ROWS = {
  'event-skipped': {
    level: 'warn',
    meaning:
      'An EVENT was due and did not run, for the reason given (usually: the run before has not ended).',
    text: (fact) => `event ${fact.service} skipped: ${fact.why}`,
  },
  'event-queued': {
    level: 'info',
    meaning: 'An EVENT was due while its last run goes on; with overlap=queue it runs as soon as that ends.',
    text: (fact) => `event ${fact.service} is queued behind its running one`,
  },
  'job-finished': {
    level: 'info',
    raised: { to: 'warn', when: 'it failed', test: (fact) => fact.failed },
    meaning: 'A START job or a run of an EVENT ended.',
    text: (fact) =>
      `${fact.owner} ${fact.service} ${fact.failed ? 'failed' : 'finished'} (${fact.how}) after ${durationText(fact.durationMs)}`,
  },
  'left-behind': {
    level: 'info',
    meaning:
      'A START job ended and processes of its group run on: they get SIGTERM when the master stops, after all others.',
    text: (fact) => `start ${fact.service} has left running: pid ${fact.pids.join(', ')}`,
  },
  'left-behind-signalled': {
    level: 'info',
    raised: { to: 'warn', when: 'it is killed, or may not be signalled', test: raisedForLeft },
    meaning: 'The master stops, and what a START job had left running is told to end.',
    text: ({ service, pid, signal, outcome }) =>
      outcome === 'sent'
        ? `pid ${pid}, left by start ${service}, gets ${signal}`
        : `pid ${pid}, left by start ${service}, cannot be sent ${signal} (${outcome}): it is left alone`,
  },
  'daemon-ready': {
    level: 'info',
    meaning: 'A DAEMON with wait= said that it is ready.',
    text: (fact) => `daemon ${who(fact)} is ready after ${durationText(fact.startupMs)}`,
  },
} satisfies FactRows<
  'event-skipped' | 'event-queued' | 'job-finished' | 'left-behind' | 'left-behind-signalled' | 'daemon-ready'
>;

function raisedForLeft({ signal, outcome }: FactOf<'left-behind-signalled'>): boolean {
  return signal === 'SIGKILL' || (outcome !== 'sent' && outcome !== 'ESRCH');
}

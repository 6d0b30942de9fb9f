// Rows of START, EVENTS and DAEMON: programs that run once, at times, or all the time.

import {
  COMMAND_KEY,
  FAILURES_KEY,
  MAXFDS_KEY,
  STARTLIMIT_KEY,
  STOPLIMIT_KEY,
  SURROUNDINGS_KEYS,
} from './process.ts';
import type { EntryTable, KeySpec } from './types.ts';

export const OVERLAPS = ['skip', 'queue', 'allow'] as const;

export const START_TABLE: EntryTable = {
  section: 'START',
  doc: 'Jobs that run to their end before anything else, in the order of the file. One that fails stops the start. What one leaves running in its process group ends with the master.',
  keys: [COMMAND_KEY, ...SURROUNDINGS_KEYS],
};

const TRIGGER_KEYS: readonly KeySpec[] = [
  {
    key: 'period',
    type: 'integer',
    default: '0',
    unit: 'minutes',
    defaultNote: 'none',
    origin: 'cyrus',
    doc: 'Run at once, and then every so many minutes.',
  },
  {
    key: 'at',
    type: 'text',
    defaultNote: 'none',
    origin: 'cyrus',
    doc: 'Run every day at this local time, as `hhmm`: `at=0405`.',
  },
  {
    key: 'cron',
    type: 'text',
    defaultNote: 'none',
    origin: 'cyrus',
    doc: 'Run at the local times of a cron pattern of five fields: `cron="*/15 8-18 * * 1-5"`.',
  },
];

export const EVENTS_TABLE: EntryTable = {
  section: 'EVENTS',
  doc: 'Programs that run at times. Each needs one of period, at and cron.',
  keys: [
    COMMAND_KEY,
    ...TRIGGER_KEYS,
    {
      key: 'overlap',
      type: 'choice',
      choices: OVERLAPS,
      default: 'skip',
      origin: 'preforkd',
      doc: 'When it is due and the last run goes on: leave this run out, run it afterwards (once), or run both.',
    },
    {
      key: 'limit',
      type: 'duration',
      default: 'off',
      off: true,
      origin: 'preforkd',
      doc: 'How long a run may take before it is told to end.',
    },
    {
      key: 'jitter',
      type: 'duration',
      default: '0',
      off: true,
      origin: 'preforkd',
      doc: 'Each run is delayed by a random part of this, so that many machines do not run it in the same second.',
    },
    STOPLIMIT_KEY,
    ...SURROUNDINGS_KEYS,
  ],
};

export const DAEMON_TABLE: EntryTable = {
  section: 'DAEMON',
  doc: 'Programs that run all the time, one process each, started again when they end.',
  keys: [
    COMMAND_KEY,
    {
      key: 'wait',
      type: 'switch',
      default: 'no',
      origin: 'cyrus',
      doc: 'Started before the services and in the order of the file, one after the other; each is ready when it wrote "ok\\r\\n" to fd 3; stopped last, in reverse order.',
    },
    MAXFDS_KEY,
    {
      key: 'maxforkrate',
      type: 'integer',
      default: '10',
      unit: 'starts per second',
      origin: 'cyrus',
      doc: 'Most starts in a second.',
    },
    STARTLIMIT_KEY,
    STOPLIMIT_KEY,
    FAILURES_KEY,
    ...SURROUNDINGS_KEYS,
  ],
};

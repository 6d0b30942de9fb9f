// Rows of MASTER: what concerns preforkd itself. Its entries have fixed names, and are shaped `name key=value` like
// all others, so that Cyrus's master skips the section as one that it does not know.

import { HTTP_TABLE } from './http.ts';
import type { EntryTable } from './types.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export const LOG_FORMATS = ['auto', 'json', 'pretty'] as const;

const CONTROL_TABLE: EntryTable = {
  section: 'MASTER',
  entry: 'control',
  doc: 'The socket that `preforkd status`, `reload`, `stop` and the others talk to.',
  keys: [
    {
      key: 'socket',
      type: 'path',
      defaultNote: '`control/control.sock` in the run directory',
      origin: 'preforkd',
      doc: 'Its path.',
    },
  ],
};

const LOG_TABLE: EntryTable = {
  section: 'MASTER',
  entry: 'log',
  doc: 'What is logged, how, and where to.',
  keys: [
    {
      key: 'level',
      type: 'choice',
      choices: LOG_LEVELS,
      default: 'info',
      origin: 'preforkd',
      doc: 'Least level.',
    },
    {
      key: 'format',
      type: 'choice',
      choices: LOG_FORMATS,
      default: 'auto',
      origin: 'preforkd',
      doc: 'One JSON object per line, or pretty for people; `auto` is pretty on a terminal.',
    },
    {
      key: 'destination',
      type: 'path',
      default: 'stdout',
      origin: 'preforkd',
      doc: '`stdout`, `stderr`, or the path of a file (with a slash in it).',
    },
  ],
};

const RUN_TABLE: EntryTable = {
  section: 'MASTER',
  entry: 'run',
  doc: 'Where the master keeps its lock and its sockets. One master per run directory.',
  keys: [
    {
      key: 'directory',
      type: 'path',
      defaultNote: '`/run/preforkd` for root, else `$XDG_RUNTIME_DIR/preforkd`, else `/tmp/preforkd-UID`',
      origin: 'preforkd',
      doc: 'Made when it is missing. Short: socket paths in it must stay below 108 bytes.',
    },
  ],
};

const SHUTDOWN_TABLE: EntryTable = {
  section: 'MASTER',
  entry: 'shutdown',
  doc: 'The end.',
  keys: [
    {
      key: 'limit',
      type: 'duration',
      default: '30s',
      origin: 'preforkd',
      doc: 'How long busy workers may go on after a stop was asked for, before SIGKILL.',
    },
  ],
};

const SAMPLING_TABLE: EntryTable = {
  section: 'MASTER',
  entry: 'sampling',
  doc: 'CPU and memory of workers.',
  keys: [
    {
      key: 'interval',
      type: 'duration',
      default: '10s',
      off: true,
      origin: 'preforkd',
      doc: 'How often they are looked at. maxrss= needs it.',
    },
  ],
};

const WATCHDOG_TABLE: EntryTable = {
  section: 'MASTER',
  entry: 'watchdog',
  doc: 'A supervisor that stands still is told: in the log, at /healthz, in the metrics.',
  keys: [
    {
      key: 'limit',
      type: 'duration',
      default: '10s',
      off: true,
      origin: 'preforkd',
      doc: 'How long no turn may be completed, at least 5s. An idle supervisor turns once a second.',
    },
  ],
};

const STARTCAP_TABLE: EntryTable = {
  section: 'MASTER',
  entry: 'startcap',
  doc: 'How many workers may be starting at the same time. It adapts between 1 and `most`.',
  keys: [
    {
      key: 'initial',
      type: 'count',
      minimum: 1,
      maximum: 100_000,
      unit: 'starts',
      defaultNote: '2 x processors',
      origin: 'preforkd',
      doc: 'At first.',
    },
    {
      key: 'most',
      type: 'count',
      minimum: 1,
      maximum: 100_000,
      unit: 'starts',
      defaultNote: '8 x processors',
      origin: 'preforkd',
      doc: 'At most.',
    },
  ],
};

const BACKLOG_TABLE: EntryTable = {
  section: 'MASTER',
  entry: 'backlog',
  doc: 'Clients that may wait in the kernel.',
  keys: [
    {
      key: 'default',
      type: 'count',
      default: '4096',
      minimum: 0,
      maximum: 2_147_483_647,
      unit: 'connections',
      origin: 'preforkd',
      doc: 'For services without a backlog of their own. 0: one may wait, listen(2).',
    },
  ],
};

export const MASTER_TABLES: readonly EntryTable[] = [
  HTTP_TABLE,
  CONTROL_TABLE,
  LOG_TABLE,
  RUN_TABLE,
  SHUTDOWN_TABLE,
  SAMPLING_TABLE,
  WATCHDOG_TABLE,
  STARTCAP_TABLE,
  BACKLOG_TABLE,
];

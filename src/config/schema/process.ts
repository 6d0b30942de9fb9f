// Rows shared by every section that starts programs: the command itself, and the surroundings that the program
// gets (user, directory, environment, ...), which go through exec wrappers (wrappers.ts).

import type { KeySpec } from './types.ts';

export const COMMAND_KEY: KeySpec = {
  key: 'cmd',
  type: 'command',
  required: true,
  origin: 'cyrus',
  doc: 'The program and its arguments, split on white space; quotes inside are not honoured. A program without a slash is looked up in PATH and in the directories of Cyrus.',
};

export const MAXFDS_KEY: KeySpec = {
  key: 'maxfds',
  type: 'integer',
  default: '0',
  unit: 'file descriptors',
  origin: 'cyrus',
  doc: 'Limit of open file descriptors (soft and hard) of each process. 0 leaves it as it is.',
};

export const FAILURE_RULES = ['breaker', 'cyrus'] as const;

export const FAILURES_KEY: KeySpec = {
  key: 'failures',
  type: 'choice',
  choices: FAILURE_RULES,
  default: 'breaker',
  origin: 'preforkd',
  doc: 'What follows repeated failures. `breaker`: pauses that grow, and one probe after each. `cyrus`: five failures with at most 10 s between them end it until SIGHUP (babysat: one try every 10 s).',
};

export const STARTLIMIT_KEY: KeySpec = {
  key: 'startlimit',
  type: 'duration',
  default: '30s',
  origin: 'preforkd',
  doc: 'How long a process may take to be ready. Later it counts as a failed start and is ended.',
};

export const STOPLIMIT_KEY: KeySpec = {
  key: 'stoplimit',
  type: 'duration',
  default: '10s',
  origin: 'preforkd',
  doc: 'How long a process that was told to end (SIGTERM) may take before SIGKILL.',
};

export const SURROUNDINGS_KEYS: readonly KeySpec[] = [
  {
    key: 'user',
    type: 'text',
    origin: 'preforkd',
    defaultNote: "the master's",
    doc: 'User to run as, by name or number. Needs a master that runs as root.',
  },
  {
    key: 'group',
    type: 'text',
    origin: 'preforkd',
    defaultNote: "the user's group",
    doc: 'Group to run as, by name or number. Needs a master that runs as root.',
  },
  {
    key: 'cwd',
    type: 'path',
    origin: 'preforkd',
    defaultNote: "the master's",
    doc: 'Working directory. A relative one begins at the working directory of the master.',
  },
  {
    key: 'umask',
    type: 'octal',
    maximum: 0o777,
    origin: 'preforkd',
    defaultNote: "the master's",
    doc: 'File mode creation mask, in octal.',
  },
  {
    key: 'nice',
    type: 'count',
    minimum: -20,
    maximum: 19,
    origin: 'preforkd',
    defaultNote: "the master's",
    doc: "Added to the master's scheduling priority. Below 0 needs a master that runs as root.",
  },
  {
    key: 'env',
    type: 'environment',
    origin: 'preforkd',
    defaultNote: 'none added',
    doc: 'Variables added to the environment, as `NAME=value` pairs separated by blanks: `env="LANG=C.UTF-8 NODE_ENV=production"`. A value cannot hold a blank, a quote or a `#`.',
  },
];

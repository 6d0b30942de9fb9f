// A supervisor thread that is only an object: it remembers the commands and answers as it is told to. What the plane
// is developed and tested against, so that its tests need no processes.

import type { ServiceSnapshot, Snapshot } from '../../../../src/core/snapshot.ts';
import type { SupervisorThread } from '../../../../src/thread/handle.ts';
import type { CommandToSend, Reply } from '../../../../src/thread/messages.ts';

type AnswerBody = { ok: true; snapshot?: Snapshot; text?: string } | { ok: false; error: string };

export interface FakeThread extends SupervisorThread {
  readonly commands: CommandToSend[];
  /** What it answers from now on; a promise that never settles is a stuck supervisor. */
  answer: (command: CommandToSend) => AnswerBody | Promise<AnswerBody>;
}

export function fakeThread(snapshot: Snapshot = sampleSnapshot()): FakeThread {
  const commands: CommandToSend[] = [];
  const fake: FakeThread = {
    commands,
    answer: (command) => (command.kind === 'snapshot' ? { ok: true, snapshot } : { ok: true }),
    command: async (command): Promise<Reply> => {
      commands.push(command);
      return { id: commands.length, ...(await fake.answer(command)) };
    },
  };
  return fake;
}

const IMAP: ServiceSnapshot = {
  kind: 'service',
  name: 'imap',
  family: 'ipv4',
  listen: '127.0.0.1:1143',
  protocol: 'cyrus',
  state: 'running',
  prefork: 2,
  maxchild: 20,
  maxforkrate: null,
  starting: 1,
  ready: 2,
  busy: 1,
  draining: 0,
  active: 3,
  queue: 0,
  queueLimit: 4096,
  connections: 17,
  spawns: 5,
  constraint: 'none',
  why: 'imap: no clients wait, 2 ready (1 starting), 1 busy; nothing more is needed.',
  workers: [
    { serial: 1, pid: 4711, state: 'busy', clients: 1, uses: 9, ageSeconds: 75, stateSeconds: 1.25 },
    { serial: 2, pid: 4712, state: 'ready', clients: 0, uses: 3, ageSeconds: 3_725, stateSeconds: 61 },
    { serial: 5, pid: 4790, state: 'starting', clients: 0, uses: 0, ageSeconds: 0.02, stateSeconds: 0.02 },
  ],
};

const ECHO: ServiceSnapshot = {
  ...IMAP,
  name: 'echo',
  family: 'unix',
  listen: '/run/preforkd/echo.sock',
  state: 'breaker-open',
  maxchild: null,
  starting: 0,
  ready: 0,
  busy: 0,
  active: 0,
  queue: 3,
  queueLimit: 128,
  connections: 0,
  spawns: 5,
  constraint: 'breaker-open',
  why: 'echo: 3 clients wait, 0 ready (0 starting), 0 busy; 3 more would be needed, but its workers died before they served anybody (last: pid 99, exit 1, last said "no \u001b[31mlibrary"): next attempt in 1.5 s.',
  lastExit: { pid: 99, how: 'exit 1', lastStderr: 'no \u001b[31mlibrary', secondsAgo: 0.4 },
  workers: [],
};

const DAEMON: ServiceSnapshot = {
  ...IMAP,
  kind: 'daemon',
  name: 'idled',
  family: '',
  listen: '',
  prefork: 1,
  maxchild: 1,
  starting: 0,
  ready: 1,
  busy: 0,
  active: 1,
  queueLimit: 0,
  connections: 0,
  spawns: 1,
  why: 'idled is a daemon, running; nothing more is needed.',
  workers: [
    {
      serial: 0,
      pid: 4700,
      state: 'ready',
      clients: 0,
      uses: 0,
      ageSeconds: 93_600,
      stateSeconds: 93_599,
      statusText: 'watching 12 mailboxes\u0007',
    },
  ],
};

export function sampleSnapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    phase: 'running',
    uptimeSeconds: 93_601,
    turns: 1_204,
    startCap: 4,
    services: [IMAP, ECHO, DAEMON],
    events: [
      {
        name: 'report',
        kind: 'event',
        running: [4999],
        runs: 12,
        failures: 1,
        skips: 2,
        nextInSeconds: 42,
        lastHow: 'exit 0',
      },
      { name: 'nightly', kind: 'event', running: [], runs: 0, failures: 0, skips: 0, nextInSeconds: null },
    ],
    ...change,
  };
}

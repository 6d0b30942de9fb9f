// Planted in the loop: poll, messages, reaping, what is watched.

import type { Mutant } from '../mutant.ts';

export const LOOP: readonly Mutant[] = [
  {
    name: 'turn-restarted-on-eintr',
    says: 'An interrupted poll goes back to the top of the loop, as in Cyrus 2.5.7: while signals rain, nothing is done.',
    rules: [
      'counts-are-the-truth',
      'heartbeat',
      'no-worker-forgotten',
      'commands-answered',
      'messages-are-read',
    ],
    edits: [
      {
        file: 'core/supervisor.ts',
        find: `if (stage === 'poll') master.now = after;`,
        replace: `if (stage === 'poll') {
      master.now = after;
      if (!master.polled.complete) return true;
    }`,
      },
    ],
  },
  {
    name: 'messages-only-after-a-whole-poll',
    says: 'Messages are read only when poll was not interrupted; all else goes on.',
    rules: ['counts-are-the-truth', 'no-worker-forgotten', 'messages-are-read'],
    edits: [
      {
        file: 'core/messages.ts',
        find: `  const { os, pending, roster } = master;\n`,
        replace: `  const { os, pending, roster } = master;\n  if (!master.polled.complete) return;\n`,
      },
    ],
  },
  {
    name: 'listener-watched-at-capacity',
    says: 'A listener stays in the poll set when no worker can be spawned for its clients: poll returns at once, for ever.',
    rules: ['full-service-not-watched', 'no-spin'],
    edits: [
      {
        file: 'core/interest.ts',
        find: `  if (waiting) lookAgain(master, service);
  else {
    queue.checkDelayMs = 0;
    if (listener && decision.spawn > 0 && master.now >= queue.unwatchedUntil) {
      master.interest.fds.push(listener.fd);
      queue.watched = true;
    }
    before`,
        replace: `  if (listener && master.now >= queue.unwatchedUntil) {
    master.interest.fds.push(listener.fd);
    queue.watched = true;
  }
  if (waiting) lookAgain(master, service);
  else {
    queue.checkDelayMs = 0;
    before`,
      },
    ],
  },
  {
    name: 'queue-asked-only-when-named',
    says: 'A listener that poll did not name is taken to have no queue, also when poll did not watch it.',
    rules: [
      'clients-are-served',
      'comes-to-rest',
      'full-service-not-watched',
      'hung-starts-end',
      'need-is-met',
    ],
    edits: [
      {
        file: 'core/queues.ts',
        find: `queue.limit > 0 && queue.watched && !readable`,
        replace: `queue.limit > 0 && !readable`,
      },
    ],
  },
  {
    name: 'wake-up-lost-on-reload',
    says: 'The wake fd is cleared after the commands are done: what comes while a reload is done waits for the next one.',
    rules: ['commands-answered'],
    edits: [
      {
        file: 'core/poll.ts',
        find: `    if (readable.includes(os.wakeFd)) os.clearWake();\n`,
        replace: ``,
      },
      {
        file: 'core/command-handlers.ts',
        find: `  for (const command of master.outlet.takeCommands()) {`,
        replace: `  if (!master.polled.readable.includes(master.os.wakeFd)) return;
  for (const command of master.outlet.takeCommands()) {`,
      },
      {
        file: 'core/command-handlers.ts',
        find: `    master.replies.push({ id: command.id, ...answer });
  }`,
        replace: `    master.replies.push({ id: command.id, ...answer });
  }
  master.os.clearWake();`,
      },
    ],
  },
  {
    name: 'pidfd-left-open',
    says: 'The pidfd of a worker that was collected is not closed.',
    rules: ['no-descriptor-leaked', 'nothing-is-left'],
    edits: [{ file: 'core/reap.ts', find: `  master.os.close(worker.pidfd);\n`, replace: `` }],
  },
  {
    name: 'pidfd-not-watched',
    says: 'The pidfd of a run of an event does not enter epoll: only the self-audit finds its exit.',
    rules: ['no-worker-forgotten', 'drift-is-zero'],
    edits: [
      {
        file: 'core/launch.ts',
        find: `  os.epollAdd(worker.pidfd, tagOf`,
        replace: `  if (worker.kind !== 'event') os.epollAdd(worker.pidfd, tagOf`,
      },
      {
        file: 'core/reap.ts',
        find: `  master.os.epollRemove(worker.pidfd);`,
        replace: `  if (worker.kind !== 'event') master.os.epollRemove(worker.pidfd);`,
      },
    ],
  },
  {
    name: 'audit-too-quick',
    says: 'The self-audit takes an exit that came in this very turn for one that was missed.',
    rules: ['drift-is-zero'],
    edits: [
      {
        file: 'core/invariants.ts',
        find: `const missed = ended && worker.seenEnded && master`,
        replace: `const missed = ended && master`,
      },
    ],
  },
  {
    name: 'output-left-open',
    says: 'The output of a dead worker is closed only at its end: a grandchild that holds it keeps the descriptor here.',
    rules: ['no-descriptor-leaked', 'nothing-is-left'],
    edits: [
      {
        file: 'core/output.ts',
        find: `    if (stream.open) closeOutput(master, worker, stream);\n`,
        replace: ``,
      },
    ],
  },
  {
    name: 'channel-left-open',
    says: 'When a spawn fails, the channel that was opened for the worker is not closed.',
    rules: ['no-descriptor-leaked', 'nothing-is-left'],
    edits: [
      {
        file: 'core/launch.ts',
        find: `\n  else if (channel.kind !== 'none') os.close(channel.fd);`,
        replace: ``,
      },
    ],
  },
  {
    name: 'heap-parent-off-by-one',
    says: 'The heap of deadlines looks for the parent at child >> 1: now and then a later deadline hides a sooner one.',
    rules: ['killed-at-the-limit', 'told-in-the-end'],
    edits: [{ file: 'core/timers.ts', find: `(child - 1) >> 1`, replace: `child >> 1` }],
  },
];

// Planted in what is believed of workers: the table of states, the counts, the last words, whose word it is.

import type { Mutant } from '../mutant.ts';

export const LEDGER: readonly Mutant[] = [
  {
    name: 'count-changed-twice',
    says: "A service's clients are counted as each comes, and once more as the difference.",
    rules: ['counts-are-the-truth', 'nothing-negative', 'spawns-are-needed'],
    edits: [
      {
        file: 'core/ledger.ts',
        find: `  if (cell.client === 'more') worker.clients += 1;`,
        replace: `  if (cell.client === 'more') {
    worker.clients += 1;
    worker.owner.clients += 1;
  }`,
      },
    ],
  },
  {
    name: 'clients-below-zero',
    says: 'AVAILABLE of a worker that holds nobody takes a client away all the same.',
    rules: ['nothing-negative', 'counts-are-the-truth'],
    edits: [
      {
        file: 'core/ledger.ts',
        find: `cell.client === 'fewer' && worker.clients > 0`,
        replace: `cell.client === 'fewer'`,
      },
    ],
  },
  {
    name: 'channel-not-drained',
    says: 'An exit is accounted before the last words of the worker are read.',
    rules: ['counts-are-the-truth', 'failures-are-real', 'messages-are-read'],
    edits: [{ file: 'core/reap.ts', find: `  drainChannel(master, worker);\n`, replace: `` }],
  },
  {
    name: 'unavailable-ignored-while-starting',
    says: 'UNAVAILABLE as the first word of a worker is ignored: a busy one counts as ready.',
    rules: ['counts-are-the-truth'],
    edits: [
      {
        file: 'core/worker-states.ts',
        find: `    available: { to: 'ready' },
    unavailable: { to: 'busy' },`,
        replace: `    available: { to: 'ready' },
    unavailable: { to: 'starting' },`,
      },
    ],
  },
  {
    name: 'available-takes-back-the-end',
    says: 'A worker that was told to finish and says AVAILABLE counts as ready again.',
    rules: ['counts-are-the-truth'],
    edits: [
      {
        file: 'core/worker-states.ts',
        find: `    available: { to: 'draining', client: 'fewer' },`,
        replace: `    available: { to: 'ready', client: 'fewer' },`,
      },
    ],
  },
  {
    name: 'half-a-message-kept',
    says: 'Half a message is kept until more comes, whatever comes: the worker is out of step for the rest of its life.',
    rules: ['counts-are-the-truth'],
    edits: [
      {
        file: 'core/messages.ts',
        find: `if (channel.rest.length > 0 && beginsMessage(bytes, worker.pid)) {`,
        replace: `if (channel.rest.length >= STATUS_MESSAGE_BYTES && beginsMessage(bytes, worker.pid)) {`,
      },
      {
        file: 'core/messages.ts',
        find: `import { beginsMessage, decodeStatus, queueWaitMs, type StatusMessage } from`,
        replace: `import {
  beginsMessage,
  decodeStatus,
  queueWaitMs,
  STATUS_MESSAGE_BYTES,
  type StatusMessage,
} from`,
      },
    ],
  },
  {
    name: 'foreign-pid-believed',
    says: 'A message is booked for the worker of the pid in it, as in Cyrus, and not for the one whose channel it came through.',
    rules: ['counts-are-the-truth', 'no-signal-before-up'],
    edits: [
      {
        file: 'core/messages.ts',
        find: `  if (message.pid !== worker.pid) {
    complain(master, worker, \`\${message.word} in the name of pid \${message.pid}\`);
    return;
  }
  if (message.word === 'queueWait') {
    hearQueueWait(master, worker, queueWaitMs(message.number));
    return;
  }
  const change = worked(master, worker, message.word);`,
        replace: `  const named = [...master.roster.all()].find(({ pid }) => pid === message.pid) ?? worker;
  if (message.word === 'queueWait') {
    hearQueueWait(master, named, queueWaitMs(message.number));
    return;
  }
  const change = worked(master, named, message.word);`,
      },
    ],
  },
  {
    name: 'silent-worker-believed',
    says: 'A systemd worker, which cannot say that it is busy, counts as ready however long a queue lasts.',
    rules: ['clients-are-served', 'need-is-met'],
    edits: [
      {
        file: 'core/spawner.ts',
        find: `return protocol === 'systemd' && lasts ? workers.starting.size : readyCount(workers);`,
        replace: `return readyCount(workers);`,
      },
    ],
  },
  {
    name: 'released-never-falls',
    says: 'The completions that are expected are those that once were: their window does not slide while nobody finishes.',
    rules: ['clients-are-served', 'comes-to-rest', 'need-is-met', 'constraint-is-true'],
    edits: [
      {
        file: 'core/completions.ts',
        find: `  roll(completions, startupMs, now);
  const windowMs = windowOf(startupMs);
  const elapsedMs = now - completions.windowStartedAt;
  const weighted = completions.current + completions.previous * (1 - elapsedMs / windowMs);`,
        replace: `  const windowMs = windowOf(startupMs);
  const elapsedMs = Math.min(windowMs, now - completions.windowStartedAt);
  const weighted = completions.current + completions.previous * (1 - elapsedMs / windowMs);`,
      },
    ],
  },
];

// Planted in how workers are asked to finish, and in the stop.

import type { Mutant } from '../mutant.ts';

export const ENDINGS: readonly Mutant[] = [
  {
    name: 'signalled-before-it-is-up',
    says: 'SIGHUP is sent to a worker that has not spoken yet: it has no handler, and dies of it.',
    rules: ['no-signal-before-up'],
    edits: [
      {
        file: 'core/retire.ts',
        find: `const early = gentle && !worker.spoken && master.now < signalledAt(worker);`,
        replace: `const early = gentle && worker.state === 'draining';`,
      },
    ],
  },
  {
    name: 'signal-put-off-for-ever',
    says: 'A signal that waits for the start of a worker has no timer of its own: one that is silent never gets it.',
    rules: ['told-in-the-end', 'killed-at-the-limit'],
    edits: [
      {
        file: 'core/retire.ts',
        find: `  if (early) master.timers.add({ at: signalledAt(worker), serial: worker.serial, purpose: 'presume' });
  else send`,
        replace: `  if (!early) send`,
      },
    ],
  },
  {
    name: 'group-signalled-after-reap',
    says: 'What a worker has left behind is killed by its process group, after the worker was waited for: the number may be another one by then.',
    rules: ['only-our-pids'],
    edits: [
      {
        file: 'core/reap.ts',
        find: `  account(master, worker, outcome);\n`,
        replace: `  account(master, worker, outcome);\n  if (worker.told) master.os.signalGroup(worker.pid, 'SIGKILL');\n`,
      },
    ],
  },
  {
    name: 'stop-limit-not-set-anew',
    says: 'The stop limit does not begin anew when a worker that was told to finish has finished its last client: it is killed at the old one, or never.',
    rules: ['killed-at-the-limit', 'not-killed-early'],
    edits: [
      {
        file: 'core/progress.ts',
        find: `    // Its stop limit may have come and gone while it served: it begins anew now.
    setStopLimit(master, worker);\n`,
        replace: ``,
      },
    ],
  },
  {
    name: 'stop-limit-cuts-clients-off',
    says: 'The stop limit also kills workers that may finish their clients and have some.',
    rules: ['not-killed-early'],
    edits: [
      {
        file: 'core/retire.ts',
        find: `if (told?.signal === 'SIGKILL' || (told?.mayFinish && told.serving)) return;`,
        replace: `if (told?.signal === 'SIGKILL') return;`,
      },
    ],
  },
  {
    name: 'stop-without-a-deadline',
    says: 'The stop as a whole has no deadline: a worker with a long stop limit holds it up.',
    rules: ['stop-ends'],
    edits: [
      {
        file: 'core/shutdown.ts',
        find: `  if (master.now >= shutdown.deadline) killEverybody(master, shutdown);\n`,
        replace: ``,
      },
    ],
  },
  {
    name: 'daemons-stopped-all-at-once',
    says: 'Waiting daemons are not kept until all others have gone: they end first, though others need them.',
    rules: ['daemons-go-last'],
    edits: [
      {
        file: 'core/shutdown.ts',
        find: `if (shutdown.stage === 'workers' && firstToGo(master).every(isGone)) shutdown.stage = 'daemons';`,
        replace: `if (shutdown.stage === 'workers') shutdown.stage = 'daemons';`,
      },
    ],
  },
  {
    name: 'daemons-stopped-in-order',
    says: 'Waiting daemons are stopped in the order of their start: the first goes while the later ones need it.',
    rules: ['daemons-go-last'],
    edits: [
      { file: 'core/shutdown.ts', find: `master.services.findLast(`, replace: `master.services.find(` },
    ],
  },
  {
    name: 'idle-below-prefork',
    says: 'idlekill retires all that were not needed, prefork or not.',
    rules: ['comes-to-rest', 'spawns-are-needed', 'never-below-prefork'],
    edits: [
      {
        file: 'core/retire.ts',
        find: `Math.max(0, lowWater.ready - limits.prefork)`,
        replace: `Math.max(0, lowWater.ready)`,
      },
    ],
  },
];

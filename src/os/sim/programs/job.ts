// A simulated program of START or EVENTS: runs for its time, ends with its exit code. The scenario draws its behaviour
// from the table.

import { type Program, sleepThrough, type Userland } from '../program.ts';
import { crash, die, hang, leaveGrandchild, type Moves } from './moves.ts';

export const JOB_BEHAVIOURS = {
  'well-behaved': 'runs for its time and exits 0',
  fails: 'runs for its time and exits with another code',
  crash: 'dies in the middle',
  hangs: 'does not end before SIGTERM',
  'ignore-term': 'does not end, and goes on after SIGTERM',
  grandchild: 'exits 0 almost at once, and leaves a child that goes on',
} as const;

export type JobBehaviour = keyof typeof JOB_BEHAVIOURS;

export interface JobOptions {
  readonly runMs: number;
  readonly behaviour: JobBehaviour;
  readonly healed: () => boolean;
}

const FORK_MS = 1;
const EXIT_CODE_MOST = 255;

export function jobProgram(options: JobOptions): Program {
  return function* job(self) {
    if (options.healed()) return yield* run(self, options);
    return yield* COURSES[options.behaviour](self, options);
  };
}

const COURSES: Record<JobBehaviour, (self: Userland, options: JobOptions) => Moves<number>> = {
  'well-behaved': run,
  *fails(self, { runMs }) {
    yield* sleepThrough(self, runMs);
    return self.entropy.stream('fails').integer(1, EXIT_CODE_MOST);
  },
  *crash(self, { runMs }) {
    yield* sleepThrough(self, runMs / 2);
    return yield* crash(self);
  },
  *hangs(self, { healed }) {
    yield* hang(self, healed);
    return 0;
  },
  *'ignore-term'(self, { healed }) {
    let told = false;
    self.handle('SIGTERM', () => {
      told = true;
    });
    yield* hang(self, healed);
    return told ? yield* die('SIGTERM') : 0;
  },
  *grandchild(self, { runMs, healed }) {
    leaveGrandchild(self, runMs, healed);
    yield* sleepThrough(self, FORK_MS);
    return 0;
  },
};

function* run(self: Userland, { runMs }: JobOptions): Moves<number> {
  yield* sleepThrough(self, runMs);
  return 0;
}

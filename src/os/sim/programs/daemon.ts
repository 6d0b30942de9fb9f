// A simulated DAEMON: with wait=y it writes "ok\r\n" to fd 3 when it is up; then it lives until SIGTERM. The scenario draws
// its behaviour from the table.

import { STATUS_FD } from '../../../protocol/fds.ts';
import { type Program, sleep, sleepThrough, type Userland } from '../program.ts';
import { crash, HEAL_LOOK_MS, hang, type Moves } from './moves.ts';

export const DAEMON_BEHAVIOURS = {
  'well-behaved': 'comes up, says so if it is waited for, lives until SIGTERM',
  late: 'takes many times its usual time to come up',
  'never-up': 'says nothing',
  garbage: 'says something else than ok, and lives on',
  'half-ok': 'says the first half of ok, and the rest late',
  'crash-at-start': 'dies before it is up',
  crash: 'dies some time after it is up',
  'exit-0': 'ends with exit 0 some time after it is up',
  'ignore-term': 'goes on after SIGTERM',
} as const;

export type DaemonBehaviour = keyof typeof DAEMON_BEHAVIOURS;

export interface DaemonOptions {
  /** wait=y: it has a channel at fd 3. */
  readonly waits: boolean;
  readonly startupMs: number;
  readonly behaviour: DaemonBehaviour;
  /** From when it is up. */
  readonly misbehavesAfterMs: number;
  readonly healed: () => boolean;
}

const LATE_FACTOR_LEAST = 5;
const LATE_FACTOR_MOST = 40;
const OK = 'ok\r\n';
const HALF_PAUSE_MS = 500;

export function daemonProgram(options: DaemonOptions): Program {
  return function* daemon(self) {
    const behaviour = options.healed() ? 'well-behaved' : options.behaviour;
    yield* sleepThrough(self, options.startupMs);
    if (behaviour === 'crash-at-start') return yield* crash(self);
    if (behaviour === 'late') {
      const factor = self.entropy.stream('late').between(LATE_FACTOR_LEAST, LATE_FACTOR_MOST);
      yield* sleepThrough(self, options.startupMs * factor);
    }
    if (behaviour === 'never-up') yield* hang(self, options.healed);
    if (options.waits) yield* sayOk(self, behaviour);
    return yield* liveOn(self, options, behaviour);
  };
}

function* sayOk(self: Userland, behaviour: DaemonBehaviour): Moves<void> {
  const say = (text: string) => self.write(STATUS_FD, new TextEncoder().encode(text));
  if (behaviour === 'half-ok') {
    say(OK.slice(0, 2));
    yield* sleepThrough(self, HALF_PAUSE_MS);
    say(OK.slice(2));
  } else say(behaviour === 'garbage' ? 'yes?\r\n' : OK);
  self.close(STATUS_FD);
}

function* liveOn(self: Userland, options: DaemonOptions, behaviour: DaemonBehaviour): Moves<number> {
  let told = false;
  self.handle('SIGTERM', () => {
    told = true;
  });
  const deaf = () => behaviour === 'ignore-term' && !options.healed();
  const ends = behaviour === 'crash' || behaviour === 'exit-0';
  const endsAt = ends ? self.now() + options.misbehavesAfterMs : Number.POSITIVE_INFINITY;
  while (!told || deaf()) {
    if (self.now() >= endsAt && !options.healed()) return behaviour === 'crash' ? yield* crash(self) : 0;
    const untilMs = endsAt - self.now();
    if (deaf()) yield* sleep(HEAL_LOOK_MS);
    else if (untilMs > 0 && untilMs < Number.POSITIVE_INFINITY) yield* sleep(untilMs);
    else yield { kind: 'forever' };
  }
  return 0;
}

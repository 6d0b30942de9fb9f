// Faults of the world that come and go at drawn times: signals, a stopped master, a clock that jumps, processes that
// are killed or that take pids, programs that cannot be executed, descriptors that run out. Called by run.ts.

import type { Entropy } from '../../src/lib/entropy.ts';
import type { Errno } from '../../src/os/os.ts';
import { type RunContext, recur } from './run-context.ts';

export interface WorldFaults {
  /** RLIMIT_NOFILE now. */
  readonly descriptorsMost: number;
  /** Why the program of a unit cannot be executed now. */
  badBinary(unit: string): Errno | undefined;
  begin(): void;
  heal(): void;
}

/** Mean times between two acts at weight 1, virtual ms. */
const SIGNAL_MEAN_MS = 25;
const STALL_MEAN_MS = 4_000;
const JUMP_MEAN_MS = 5_000;
const KILL_MEAN_MS = 800;
const FOREIGN_MEAN_MS = 40;
const SHORTAGE_MEAN_MS = 8_000;
const BAD_BINARY_MEAN_MS = 6_000;

const STALL_LEAST_MS = 50;
const STALL_MOST_MS = 5_000;
const MINUTE_MS = 60_000;
const JUMPS_MOST_MINUTES = [1, 10, 60, 300] as const;
const WHILE_LEAST_MS = 500;
const WHILE_MOST_MS = 12_000;
const FOREIGN_MOST_MS = 3_000;
const DESCRIPTORS_MANY = 4_096;
/** How many descriptors are left in a shortage. */
const DESCRIPTORS_SPARE_MOST = 12;
const BAD_BINARY_ERRNOS: readonly Errno[] = ['ENOENT', 'EACCES', 'ETXTBSY', 'ENOEXEC'];

export function createWorldFaults(context: RunContext, units: readonly string[]): WorldFaults {
  let descriptorsMost = DESCRIPTORS_MANY;
  const broken = new Map<string, Errno>();
  const heal = (): void => {
    descriptorsMost = DESCRIPTORS_MANY;
    broken.clear();
  };
  const shortage = (draws: Entropy): void => {
    const open = context.kernel().masterDescriptors().size;
    descriptorsMost = open + draws.integer(0, DESCRIPTORS_SPARE_MOST);
    forAWhile(context, draws, () => {
      descriptorsMost = DESCRIPTORS_MANY;
    });
  };
  const upgrade = (draws: Entropy): void => {
    const unit = draws.pick(units);
    broken.set(unit, draws.pick(BAD_BINARY_ERRNOS));
    forAWhile(context, draws, () => broken.delete(unit));
  };
  return {
    get descriptorsMost() {
      return descriptorsMost;
    },
    badBinary: (unit) => {
      const errno = broken.get(unit);
      if (errno !== undefined) context.saw('bad-binary');
      return errno;
    },
    begin: () => {
      beginTimes(context);
      beginProcesses(context);
      recur(context, { fault: 'few-descriptors', meanMs: SHORTAGE_MEAN_MS }, (draws) => {
        context.saw('few-descriptors');
        shortage(draws);
      });
      if (units.length > 0) recur(context, { fault: 'bad-binary', meanMs: BAD_BINARY_MEAN_MS }, upgrade);
    },
    heal,
  };
}

function forAWhile({ kernel }: RunContext, draws: Entropy, over: () => void): void {
  kernel().at(kernel().now() + draws.between(WHILE_LEAST_MS, WHILE_MOST_MS), over);
}

function beginTimes(context: RunContext): void {
  const { kernel, saw } = context;
  recur(context, { fault: 'signals', meanMs: SIGNAL_MEAN_MS }, () => {
    saw('signals');
    kernel().signalMaster();
  });
  recur(context, { fault: 'stall', meanMs: STALL_MEAN_MS }, (draws) => {
    saw('stall');
    kernel().stall(draws.between(STALL_LEAST_MS, STALL_MOST_MS));
  });
  recur(context, { fault: 'wall-jump', meanMs: JUMP_MEAN_MS }, (draws) => {
    saw('wall-jump');
    const most = draws.pick(JUMPS_MOST_MINUTES) * MINUTE_MS;
    kernel().jumpWallClock(draws.between(-most, most));
  });
}

function beginProcesses(context: RunContext): void {
  const { kernel, saw } = context;
  recur(context, { fault: 'oom-kill', meanMs: KILL_MEAN_MS }, (draws) => {
    const living = kernel()
      .children()
      .filter(({ state }) => state === 'alive');
    if (living.length === 0) return;
    saw('oom-kill');
    kernel().kill(draws.pick(living).pid, 'SIGKILL');
  });
  recur(context, { fault: 'pid-reuse', meanMs: FOREIGN_MEAN_MS }, (draws) => {
    kernel().startForeign(draws.between(0, FOREIGN_MOST_MS));
  });
}

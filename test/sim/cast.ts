// Who plays which part: the program of every spawn, and how it behaves. Well-behaved and the enabled misbehaviours run
// a race for each spawn, each on a stream of its own, so that one that is switched off leaves the others' times as they
// were. A unit can have an outbreak: for a while almost every one of its children has the same illness.
// Called by the kernel through run.ts; the oracle asks `behaviourOf`.

import type { Entropy } from '../../src/lib/entropy.ts';
import type { Errno, SpawnRequest } from '../../src/os/os.ts';
import type { Program } from '../../src/os/sim/program.ts';
import { WELL_BEHAVED } from './faults.ts';
import { type Part, partOf } from './parts.ts';
import type { RunContext } from './run-context.ts';
import { kindOf } from './units.ts';

export interface Cast {
  readonly exec: (request: SpawnRequest, serial: number) => Program | Errno;
  /** 'well-behaved', or the name of the fault. */
  behaviourOf(serial: number): string;
}

/** How much likelier good behaviour is than a fault of weight 1: drawn for each run, over these orders of magnitude. */
const GOOD_DECADES = [0, 1.5] as const;
const OUTBREAK_FACTOR = 1_000;
const OUTBREAK_MOST_MS = 15_000;
/** Outbreaks begin within this time. */
const OUTBREAK_WITHIN_MS = 90_000;

export function createCast(context: RunContext, badBinary: (unit: string) => Errno | undefined): Cast {
  const parts = new Map<string, Part>();
  const behaviours = new Map<number, string>();
  const goodRate = 10 ** context.swarm.entropy.stream('cast/good').between(...GOOD_DECADES);
  const part = (kind: Part['kind'], unit: string): Part => {
    const known = parts.get(unit) ?? partOf(context, kind, unit);
    parts.set(unit, known);
    return known;
  };
  return {
    behaviourOf: (serial) => behaviours.get(serial) ?? WELL_BEHAVED,
    exec: ({ path, argv }, serial) => {
      const unit = argv[1] ?? '';
      const kind = kindOf(path);
      const errno = kind === undefined ? 'ENOENT' : badBinary(unit);
      if (kind === undefined || errno !== undefined) return errno ?? 'ENOENT';
      const own = part(kind, unit);
      const fault = context.healed() ? WELL_BEHAVED : race(context, own, { goodRate, unit, serial });
      behaviours.set(serial, fault);
      if (fault !== WELL_BEHAVED) context.saw(fault);
      return own.program(fault, context.swarm.entropy.stream(`cast/${unit}/${serial}`));
    },
  };
}

interface Racing {
  readonly goodRate: number;
  readonly unit: string;
  readonly serial: number;
}

/** Who comes first; each runs as fast as it is likely. */
function race(context: RunContext, { faults, proneness }: Part, { goodRate, unit, serial }: Racing): string {
  const { swarm } = context;
  const run = (draws: Entropy, rate: number): number => draws.exponential(1 / rate);
  let first: string = WELL_BEHAVED;
  let best = run(swarm.entropy.stream(`cast/race/${serial}`), goodRate);
  for (const fault of faults) {
    const draws = swarm.draws(fault);
    const factor = breaksOut(context, draws.stream(`outbreak/${unit}`)) ? OUTBREAK_FACTOR : 1;
    const time = run(draws.stream(`race/${serial}`), swarm.weight(fault) * proneness * factor);
    if (time >= best) continue;
    best = time;
    first = fault;
  }
  return first;
}

/** Half of all units have an outbreak of a given fault at some time; it may come after the end of the run. */
function breaksOut({ kernel }: RunContext, draws: Entropy): boolean {
  if (draws.chance(0.5)) return false;
  const from = draws.between(0, OUTBREAK_WITHIN_MS);
  const until = from + draws.between(0, OUTBREAK_MOST_MS);
  const now = kernel().now();
  return from <= now && now < until;
}

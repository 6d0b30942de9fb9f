// The administrator of a simulated run: reloads, pauses, scales, retires and asks, at times drawn from the seed, each
// action on streams of its own. At the end he puts everything in order again: `heal`. Called by run.ts.

import type { FactKind } from '../../src/core/facts.ts';
import type { MasterSpec } from '../../src/core/spec.ts';
import type { Entropy } from '../../src/lib/entropy.ts';
import type { OperatorFault } from './faults.ts';
import type { Plane } from './plane.ts';
import { type RunContext, recur } from './run-context.ts';
import { added, bad, changed, removed, type Variation } from './variations.ts';

/** Mean time between two actions of one kind at weight 1, virtual ms. */
const RELOAD_MEAN_MS = 5_000;
const SMALL_ACTION_MEAN_MS = 2_000;
const PAUSE_MOST_MS = 15_000;
/** Asked again when the master is still starting. */
const HEAL_RETRY_MS = 500;

const RELOADS: Partial<Record<OperatorFault, Variation>> = {
  'reload-changed': changed,
  'reload-removed': removed,
  'reload-added': added,
  'reload-bad': bad,
};

/** Facts of which the oracle keeps no books. */
const TUNABLE: readonly FactKind[] = ['output', 'worker-busy', 'worker-available', 'interrupted', 'blocked'];

export interface Operator {
  begin(): void;
  /** Sends the first configuration again, resumes everything, and calls back when all of it is accepted. */
  heal(whenDone: () => void): void;
}

export function createOperator(context: RunContext, plane: Plane, spec: MasterSpec): Operator {
  let last = spec;
  const reload = (next: MasterSpec): void => {
    last = next;
    plane.send({ kind: 'reload', spec: next });
  };
  return {
    begin: () => {
      small(context, 'reload-same', RELOAD_MEAN_MS, () => reload(last));
      for (const [fault, variation] of Object.entries(RELOADS))
        small(context, fault, RELOAD_MEAN_MS, (draws) => reload(variation(spec, draws)));
      small(context, 'pause-resume', SMALL_ACTION_MEAN_MS, (draws) => pause(context, plane, last, draws));
      small(context, 'scale', SMALL_ACTION_MEAN_MS, (draws) => scale(plane, last, draws));
      small(context, 'retire', SMALL_ACTION_MEAN_MS, (draws) => retire(context, plane, draws));
      small(context, 'tune', SMALL_ACTION_MEAN_MS, (draws) => {
        plane.send({ kind: 'tune', quiet: TUNABLE.filter(() => draws.chance(0.5)) });
      });
      small(context, 'snapshot', SMALL_ACTION_MEAN_MS, () => plane.send({ kind: 'snapshot' }));
    },
    heal: (whenDone) => heal(context, plane, spec, whenDone),
  };
}

function small(context: RunContext, fault: string, meanMs: number, act: (draws: Entropy) => void): void {
  recur(context, { fault, meanMs }, (draws) => {
    context.saw(fault);
    act(draws);
  });
}

function namesOf({ services, daemons }: MasterSpec): readonly string[] {
  return [...new Set([...services, ...daemons].map(({ name }) => name))];
}

function pause(context: RunContext, plane: Plane, spec: MasterSpec, draws: Entropy): void {
  const service = draws.pick([...namesOf(spec), 'nobody']);
  plane.send({ kind: 'pause', service });
  const kernel = context.kernel();
  kernel.at(kernel.now() + draws.between(0, PAUSE_MOST_MS), () => {
    if (!context.healed()) plane.send({ kind: 'resume', service });
  });
}

function scale(plane: Plane, spec: MasterSpec, draws: Entropy): void {
  const service = draws.pick([...namesOf(spec), 'nobody']);
  const prefork = draws.chance(0.6) ? { prefork: draws.integer(0, 8) } : {};
  const maxchild = draws.chance(0.6) ? { maxchild: draws.integer(1, 20) } : {};
  plane.send({ kind: 'scale', service, ...prefork, ...maxchild });
}

/** Serial numbers around those that live: some have ended, some were never given. */
function retire(context: RunContext, plane: Plane, draws: Entropy): void {
  const serials = context
    .kernel()
    .children()
    .map(({ serial }) => serial);
  const most = Math.max(0, ...serials) + 1;
  const serial = serials.length > 0 && draws.chance(0.8) ? draws.pick(serials) : draws.integer(1, most);
  plane.send({ kind: 'retire', serial, why: 'over maxrss, says the plane' });
}

function heal(context: RunContext, plane: Plane, spec: MasterSpec, whenDone: () => void): void {
  plane.send({ kind: 'tune', quiet: [] });
  plane.send({ kind: 'reload', spec }, (reply) => {
    if (!reply.ok) {
      // It is still starting, for its START jobs are slow: a patient administrator asks again.
      const kernel = context.kernel();
      kernel.at(kernel.now() + HEAL_RETRY_MS, () => heal(context, plane, spec, whenDone));
      return;
    }
    for (const service of namesOf(spec)) plane.send({ kind: 'resume', service });
    whenDone();
  });
}

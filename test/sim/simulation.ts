// The parts of a run put together, and its phases: what begins with each, and what ends. Called by run.ts, which makes
// the turns and says when the next phase is due.

import type { Entropy } from '../../src/lib/entropy.ts';
import { type Chaos, type ChaosPlan, withChaos } from '../../src/os/chaos.ts';
import type { Os } from '../../src/os/os.ts';
import { createSimKernel } from '../../src/os/sim/kernel.ts';
import type { Observer } from '../../src/os/sim/observer.ts';
import type { SimKernel, SimOptions } from '../../src/os/sim/options.ts';
import { createCast } from './cast.ts';
import { beginCrowd, calmClients } from './crowd.ts';
import { faultsOf } from './faults.ts';
import { createMachine } from './machine.ts';
import { createOperator, type Operator } from './operator.ts';
import { createOracle } from './oracle/index.ts';
import type { Oracle } from './oracle/oracle.ts';
import { createPlane, type Plane, type PlaneSetting } from './plane.ts';
import type { RunOptions } from './run.ts';
import type { RunContext } from './run-context.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { createSwarm, type Swarm } from './swarm.ts';
import { commandText, factText, lineOf, replyText } from './trace.ts';
import { createWorldFaults, type WorldFaults } from './world-faults.ts';

/** Calls of one turn: one with 32 spawns and hundreds of readable channels makes some thousands. */
const CALLS_PER_TURN_MOST = 50_000;
/** Faults of the port after which the master has to try again: at more than this nothing else would be seen. */
const PORT_WEIGHT_MOST = 0.4;
/** These only make it look more often. At 0.99 the master would do little else than poll. */
const PORT_WEIGHTY_MOST = 0.9;
const PORT_WEIGHTY: readonly string[] = ['eintr', 'short-read', 'epoll-few', 'epoll-shuffled'];
/** Calm clients come for a while longer than the world takes to rest. */
const CALM_AFTER_HEAL_MS = 90_000;
const SOFT_STOPS = 0.6;

export type PhaseKind = 'faults' | 'healing' | 'healed' | 'stopping';

export class Simulation {
  readonly scenario: Scenario;
  readonly kernel: SimKernel;
  readonly oracle: Oracle;
  readonly plane: Plane;
  turns = 0;
  phase: { readonly kind: PhaseKind; readonly sinceMs: number } = { kind: 'faults', sinceMs: 0 };
  readonly #swarm: Swarm;
  readonly #context: RunContext;
  readonly #world: WorldFaults;
  readonly #operator: Operator;
  readonly #chaos: Chaos;
  readonly #trace: ((line: string) => void) | undefined;
  readonly #seen: Record<string, number> = {};
  #portIsIll = false;
  #isWell = false;

  constructor(options: RunOptions) {
    this.#trace = options.trace;
    this.#swarm = createSwarm(options.seed, options.without ?? []);
    this.scenario = drawScenario(this.#swarm.entropy);
    this.#context = {
      swarm: this.#swarm,
      kernel: () => this.kernel,
      healed: () => this.#isWell,
      saw: (fault) => this.#saw(fault),
    };
    const { spec } = this.scenario;
    this.#world = createWorldFaults(this.#context, unitsOf(this.scenario));
    const cast = createCast(this.#context, this.#world.badBinary);
    this.oracle = createOracle({
      kernel: () => this.kernel,
      spec,
      behaviourOf: cast.behaviourOf,
      injected: () => this.#chaos.injected,
      stops: true,
    });
    this.kernel = this.#createKernel(cast.exec);
    const draws = gated(this.#swarm.entropy.stream('port'), () => this.#portIsIll);
    this.#chaos = withChaos(this.kernel.os, portPlan(this.#swarm), draws);
    this.plane = createPlane({ kernel: () => this.kernel, oracle: this.oracle, heard: this.#ears() });
    this.#operator = createOperator(this.#context, this.plane, spec);
  }

  /** What the core sees. */
  get port(): Os {
    return this.#chaos.os;
  }

  get trace(): ((says: string) => void) | undefined {
    const write = this.#trace;
    return write && ((says) => write(lineOf(this.kernel.now(), this.turns, says)));
  }

  begin(): void {
    this.#enter('faults');
    this.#portIsIll = !this.scenario.calmBoot;
    this.trace?.(`the faults of this run: ${this.#swarm.enabled.join(' ') || 'none'}`);
    this.trace?.(`the configuration: ${JSON.stringify(this.scenario.spec)}`);
    this.#world.begin();
    this.#operator.begin();
    beginCrowd(this.#context, this.scenario);
  }

  /** START is done: faults of the port may begin now. */
  masterIsUp(): void {
    this.#portIsIll = true;
  }

  heal(): void {
    this.#enter('healing');
    this.#isWell = true;
    this.#chaos.calm();
    this.#world.heal();
    this.#operator.heal(() => {
      this.#enter('healed');
      calmClients(this.#context, 'healed', this.scenario.spec.services, CALM_AFTER_HEAL_MS);
      this.oracle.healed(this.kernel.now(), this.seen());
    });
  }

  /** Softly; or by force at once; or by force after a while. Nobody can ask that an ill world has come to rest. */
  stop(): void {
    if (this.#isWell) this.oracle.stopping();
    this.#enter('stopping');
    const draws = this.#swarm.entropy.stream('stop');
    const { plane, kernel } = this;
    const send = (force: boolean) => plane.send({ kind: 'shutdown', reason: 'the run is over', force });
    if (draws.chance(SOFT_STOPS)) send(false);
    else if (draws.chance(0.5)) send(true);
    else {
      send(false);
      kernel.at(kernel.now() + draws.between(0, this.scenario.spec.shutdownlimitMs), () => send(true));
    }
  }

  /** How often each fault was seen. */
  seen(): Record<string, number> {
    const ofPort = Object.entries(this.#chaos.injected).filter(([, times]) => times > 0);
    return { ...this.#seen, ...Object.fromEntries(ofPort) };
  }

  #saw(fault: string): void {
    this.#seen[fault] = (this.#seen[fault] ?? 0) + 1;
  }

  #enter(kind: PhaseKind): void {
    this.phase = { kind, sinceMs: this.kernel.now() };
    this.trace?.(`run: ${kind}`);
  }

  #createKernel(exec: SimOptions['exec']): SimKernel {
    const world = this.#world;
    const write = this.#trace;
    const observer: Observer = this.oracle.observer;
    return createSimKernel({
      ...createMachine(this.#context, this.scenario),
      get descriptorsMost() {
        return world.descriptorsMost;
      },
      entropy: this.#swarm.entropy.stream('kernel'),
      exec,
      observer: write
        ? { ...observer, trace: (atMs, says) => write(lineOf(atMs, this.turns, `kernel: ${says}`)) }
        : observer,
      callsPerTurnMost: CALLS_PER_TURN_MOST,
      tracing: write !== undefined,
    });
  }

  #ears(): PlaneSetting['heard'] {
    return {
      command: (command) => this.trace?.(commandText(command)),
      reply: (reply) => this.trace?.(replyText(reply)),
      fact: (fact) => this.trace?.(factText(fact)),
    };
  }
}

function portPlan(swarm: Swarm): ChaosPlan {
  return Object.fromEntries(
    faultsOf('port').map((fault) => {
      const most = PORT_WEIGHTY.includes(fault) ? PORT_WEIGHTY_MOST : PORT_WEIGHT_MOST;
      return [fault, swarm.weight(fault) * most];
    }),
  );
}

/** Says no to every chance until the gate is open. */
function gated(entropy: Entropy, open: () => boolean): Entropy {
  return {
    ...entropy,
    stream: (name) => gated(entropy.stream(name), open),
    chance: (probability) => open() && entropy.chance(probability),
  };
}

/** A program of START that is missing would end the run before it has begun. */
function unitsOf({ spec: { services, daemons, events } }: Scenario): readonly string[] {
  return [...services, ...daemons, ...events].map(({ command }) => command.argv[1] ?? '');
}

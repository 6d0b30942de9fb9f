// One story: a master in the fake world, told turn by turn. At its end the master is stopped by force, and then
// nothing may be left: no descriptor, no process, nothing in epoll, no drift. A master that takes turns without
// the clock moving is found as well (`run`).

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { MASTER_FIELD } from '../../../../src/core/board.ts';
import type { Command, CommandToSend, Reply } from '../../../../src/core/commands.ts';
import type { Fact, FactKind } from '../../../../src/core/facts.ts';
import { createMaster, type Master } from '../../../../src/core/master.ts';
import { activeCount, readyCount } from '../../../../src/core/owner.ts';
import type { Service } from '../../../../src/core/service.ts';
import type { MasterSpec } from '../../../../src/core/spec.ts';
import { begin, turn } from '../../../../src/core/supervisor.ts';
import { type FakeListener, FakeOs } from './fake-os.ts';
import type { FakeProcess } from './fake-process.ts';
import { masterSpec } from './specs.ts';

/** More turns than that at one moment of the clock are a spin. */
const TURNS_PER_MOMENT_MAX = 60;

export interface Counts {
  readonly starting: number;
  readonly ready: number;
  readonly busy: number;
  readonly draining: number;
  readonly active: number;
}

export class World {
  readonly os = new FakeOs();
  readonly master: Master;
  readonly facts: Fact[] = [];
  readonly replies: Reply[] = [];
  #commands: Command[] = [];
  #lastId = 0;
  stopped = false;

  constructor(spec: MasterSpec, prepare: (os: FakeOs) => void = () => {}) {
    prepare(this.os);
    const outlet = {
      takeCommands: () => this.#commands.splice(0),
      publish: ({ facts, replies }: { facts: readonly Fact[]; replies: readonly Reply[] }) => {
        this.facts.push(...facts);
        this.replies.push(...replies);
      },
    };
    const options = { masterPid: 1, environment: { PATH: '/bin' }, quiet: [] };
    this.master = createMaster(this.os, spec, outlet, options);
    begin(this.master);
  }

  turn(): void {
    if (!this.stopped) this.stopped = !turn(this.master);
  }
  turns(count: number): void {
    for (let done = 0; done < count; done += 1) this.turn();
  }
  /** Turns until the clock has moved on by `ms`. */
  run(ms: number): void {
    const end = this.os.clock + ms;
    this.os.stopAt = end;
    let moment = this.os.clock;
    let here = 0;
    while (this.os.clock < end && !this.stopped) {
      this.turn();
      here = this.os.clock === moment ? here + 1 : 0;
      moment = this.os.clock;
      assert.ok(here <= TURNS_PER_MOMENT_MAX, `the loop spins at ${moment}`);
    }
    this.turn();
    this.os.stopAt = Number.POSITIVE_INFINITY;
  }

  command(command: CommandToSend): number {
    this.#lastId += 1;
    this.#commands.push({ ...command, id: this.#lastId } as Command);
    this.os.wake();
    return this.#lastId;
  }
  /** Sends a command and returns its answer, which must come in the next turn. */
  ask(command: CommandToSend): Reply {
    const id = this.command(command);
    this.turn();
    const reply = this.replies.find((candidate) => candidate.id === id);
    assert.ok(reply, `${command.kind} is answered in the turn that reads it`);
    return reply;
  }

  service(name = 'imap'): Service {
    const found = this.master.services.findLast((service) => service.name === name);
    assert.ok(found, `${name} is a service`);
    return found;
  }
  counts(name = 'imap'): Counts {
    const { workers } = this.service(name);
    return {
      starting: workers.starting.size,
      ready: readyCount(workers),
      busy: workers.busy.size,
      draining: workers.draining.size,
      active: activeCount(workers),
    };
  }
  listener(name = 'imap'): FakeListener {
    const found = this.os.listeners.find(({ options }) => options.name === name);
    assert.ok(found, `${name} listens`);
    return found;
  }
  /** Alive, oldest first. */
  processes(program = '/bin/worker'): FakeProcess[] {
    return this.os.processes.filter(({ alive, request }) => alive && request.path === program);
  }
  /** The nth living process of `program`. */
  process(index = 0, program = '/bin/worker'): FakeProcess {
    const found = this.processes(program)[index];
    assert.ok(found, `process ${index} of ${program} lives`);
    return found;
  }
  told<Kind extends FactKind>(kind: Kind): Extract<Fact, { kind: Kind }>[] {
    return this.facts.filter((fact): fact is Extract<Fact, { kind: Kind }> => fact.kind === kind);
  }
  counter(field: keyof typeof MASTER_FIELD): number {
    return this.master.view[MASTER_FIELD[field]] ?? 0;
  }
  watches(name = 'imap'): boolean {
    return this.master.interest.fds.includes(this.listener(name).fd);
  }

  /** Stops by force and looks for what is left. */
  finish(): void {
    Object.assign(this.os, {
      interruptions: 0,
      pollErrno: undefined,
      spawnError: () => undefined,
      onSpawn: () => {},
      openError: () => undefined,
      stopAt: Number.POSITIVE_INFINITY,
    });
    this.os.silentExits.clear();
    const before = this.os.processes.length;
    if (!this.stopped) this.command({ kind: 'shutdown', reason: 'the story ends', force: true });
    for (let turns = 0; !this.stopped && turns < 100; turns += 1) this.turn();
    assert.ok(this.stopped, 'the master stops');
    assert.deepEqual(this.os.leaks(), []);
    assert.equal(this.os.processes.length, before, 'nothing is spawned while it stops');
  }
}

/** A test in the fake world. */
export function story(name: string, spec: Partial<MasterSpec>, tell: (world: World) => void): void {
  test(name, () => {
    const world = new World(masterSpec(spec));
    tell(world);
    world.finish();
  });
}

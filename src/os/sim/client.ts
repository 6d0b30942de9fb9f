// A client on another machine: a task of its own, without a parent, a pid or a limit.

import type { Entropy } from '../../lib/entropy.ts';
import { Actor } from './actors.ts';
import type { Machine } from './machine.ts';
import type { Program } from './program.ts';
import { createUserland } from './userland.ts';

export class Client extends Actor {
  readonly title: string;

  constructor(machine: Machine, title: string) {
    super(machine);
    this.title = title;
  }

  start(program: Program, draws: Entropy): void {
    this.begin(program, createUserland(this.machine, this, draws), 0);
  }

  protected override ended(): void {
    this.halt();
    this.table.closeAll();
  }
}

// pidfd_open(2): a descriptor for the very process, whoever has its pid later. Readable when it can be waited for.

import { OpenFile } from './files.ts';
import type { Process } from './process.ts';

export class Pidfd extends OpenFile {
  readonly process: Process;
  readonly description: string;

  constructor(process: Process) {
    super();
    this.process = process;
    this.description = `pidfd:${process.pid}`;
  }

  get readable(): boolean {
    return this.process.state !== 'alive';
  }

  protected override closed(): void {}
}

// Does a spawn take longer in a large master? The time of one spawn of /bin/true against the number of descriptors that
// are open in the process, turn about: as the port makes it, which marks all that the child is not given to close itself
// at exec; and with the child closing them before it executes, as spawners commonly do. The rest is the kernel's copy of
// the table. Prints JSON.

import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createLinuxOs } from '../../src/os/linux/index.ts';
import { libc } from '../../src/os/linux/libc.ts';
import { SPAWN_ACTIONS_BYTES, SPAWN_ATTRIBUTES_BYTES } from '../../src/os/linux/structs.ts';
import { timed } from '../lib/core-master.ts';
import { type Machine, type Spread, spread, watchMachine } from '../lib/statistics.ts';

const SIZES = [0, 1_000, 4_000, 10_000, 18_000] as const;
const SPAWNS = 100;
const PROGRAM = '/bin/true';
const WAIT_MS_MAX = 10_000;

export interface DescriptorsResult {
  readonly name: 'descriptors';
  readonly machine: Machine;
  readonly rows: readonly {
    readonly descriptors: number;
    /** The call, as the port makes it. */
    readonly portUs: Spread;
    /** The same, with the child closing what it should not have. */
    readonly closingUs: Spread;
  }[];
}

const os = createLinuxOs({ runDirectory: tmpdir(), listenFds: { count: 0, names: [] } });

function throughPort(): number {
  let pidfd = -1;
  const us = timed(() => {
    const child = os.spawn({
      path: PROGRAM,
      argv: [PROGRAM],
      environment: [],
      descriptors: ['null', 'null', 'null'],
    });
    if (child.kind !== 'spawned') throw new Error(`spawn failed: ${child.errno}`);
    pidfd = child.pidfd;
  });
  while (os.poll([pidfd], WAIT_MS_MAX).kind !== 'ready');
  os.wait(pidfd);
  os.close(pidfd);
  return us;
}

const actions = new Uint8Array(SPAWN_ACTIONS_BYTES);
const attributes = new Uint8Array(SPAWN_ATTRIBUTES_BYTES);
const pidOut = new Int32Array(1);
/** waitid(2): P_PID, and no more than that it has ended. */
const P_PID = 1;
const WEXITED = 4;
const SIGINFO_BYTES = 128;
/** After stdin, stdout and stderr. */
const FIRST_FD_CLOSED = 3;

function withClosing(): number {
  let errno = 0;
  const us = timed(() => {
    errno = libc.posixSpawn(pidOut, PROGRAM, actions, attributes, [PROGRAM, null], [null]);
  });
  if (errno !== 0) throw new Error(`posix_spawn failed: ${errno}`);
  libc.waitid(P_PID, pidOut[0] ?? 0, new Uint8Array(SIGINFO_BYTES), WEXITED);
  return us;
}

function measure(descriptors: number): DescriptorsResult['rows'][number] {
  const open = Array.from({ length: descriptors }, () => openSync('/dev/null', 'r'));
  const [portUs, closingUs]: [number[], number[]] = [[], []];
  for (let round = 0; round < SPAWNS; round += 1) {
    portUs.push(throughPort());
    closingUs.push(withClosing());
  }
  for (const fd of open) closeSync(fd);
  return { descriptors, portUs: spread(portUs), closingUs: spread(closingUs) };
}

libc.actionsInit(actions);
libc.actionsCloseFrom(actions, FIRST_FD_CLOSED);
libc.attrInit(attributes);
const machine = watchMachine();
// Warms caches and the compiler, and is thrown away.
measure(0);
const rows = SIZES.map(measure);
const result: DescriptorsResult = { name: 'descriptors', machine: machine(), rows };
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);

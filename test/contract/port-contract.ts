// The contract suite of the Os port: one case for every promise of src/os/os.ts, run on each implementation.
// linux.test.ts runs it on the kernel; the simulator's test runs the very same cases in virtual time.

import { describe, test } from 'node:test';
import { acceptCases } from './cases/accept.ts';
import { channelCases } from './cases/channel.ts';
import { childCases } from './cases/child.ts';
import { clockCases } from './cases/clock.ts';
import { epollCases } from './cases/epoll.ts';
import { listenCases } from './cases/listen.ts';
import { lockCases } from './cases/lock.ts';
import { notifyCases } from './cases/notify.ts';
import { pollCases } from './cases/poll.ts';
import { queueCases } from './cases/queue.ts';
import { resourceCases } from './cases/resources.ts';
import { spawnCases } from './cases/spawn.ts';
import { unixCases } from './cases/unix.ts';
import { userCases } from './cases/user.ts';
import type { Case, World } from './world.ts';

const CASES: Readonly<Record<string, readonly Case[]>> = {
  clocks: clockCases,
  poll: pollCases,
  epoll: epollCases,
  channels: channelCases,
  notify: notifyCases,
  spawn: spawnCases,
  children: childCases,
  listen: listenCases,
  'unix paths': unixCases,
  queue: queueCases,
  accept: acceptCases,
  'locked files': lockCases,
  users: userCases,
  resources: resourceCases,
};

export function portContract(name: string, makeWorld: () => World): void {
  describe(`the Os port on ${name}`, () => {
    for (const [subject, cases] of Object.entries(CASES)) {
      describe(subject, () => {
        for (const each of cases) test(each.name, (context) => runCase(each, makeWorld(), context));
      });
    }
  });
}

function runCase(each: Case, world: World, context: { skip(reason: string): void }): void {
  try {
    const reason = world.skips[each.name];
    if (reason === undefined) each.run(world);
    else context.skip(reason);
  } finally {
    world.dispose();
  }
}

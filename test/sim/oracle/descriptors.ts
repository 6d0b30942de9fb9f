// The master's descriptors, every turn: the wake fd, the epoll instance, and what the living records hold. One more is
// a leak, one fewer is a record that will close somebody else's. Throws a Violation.

import type { Master } from '../../../src/core/master.ts';
import type { Service } from '../../../src/core/service.ts';
import type { Worker } from '../../../src/core/worker.ts';
import type { Fd } from '../../../src/os/os.ts';
import { type Truth, violate } from './truth.ts';

const RULE = 'no-descriptor-leaked';

export function noDescriptorLeaked(truth: Truth, master: Master): void {
  const open = truth.kernel.masterDescriptors();
  const held = new Set<Fd>();
  const hold = (fd: Fd, owner: string) => {
    if (!open.has(fd)) violate(truth, RULE, `${owner} holds descriptor ${fd}, which is closed`);
    if (held.has(fd))
      violate(truth, RULE, `${owner} holds descriptor ${fd} (${open.get(fd)}), and somebody else does too`);
    held.add(fd);
  };
  hold(master.os.wakeFd, 'the wake fd');
  hold(master.os.epollFd, 'the epoll instance');
  for (const worker of master.roster.all()) holdWorkers(worker, hold);
  for (const service of master.services) holdServices(service, hold);
  for (const { group, members } of master.leftBehind)
    for (const { pid, pidfd } of members) hold(pidfd, `pid ${pid}, left behind by ${group},`);
  if (held.size === open.size) return;
  const leaked = [...open].filter(([fd]) => !held.has(fd)).map(([fd, what]) => `${fd} (${what})`);
  violate(
    truth,
    RULE,
    `${open.size} descriptors are open, ${held.size} are in records: nobody holds ${leaked.join(', ')}`,
  );
}

type Hold = (fd: Fd, owner: string) => void;

function holdWorkers({ pid, pidfd, channel, outputs }: Worker, hold: Hold): void {
  const owner = `pid ${pid}`;
  hold(pidfd, owner);
  if (channel.kind !== 'none') hold(channel.fd, owner);
  for (const output of outputs) if (output.open) hold(output.fd, owner);
}

function holdServices({ name, listener, refused, pendingConnection }: Service, hold: Hold): void {
  if (listener) hold(listener.fd, name);
  if (refused) hold(refused.fd, name);
  if (pendingConnection !== undefined) hold(pendingConnection, name);
}

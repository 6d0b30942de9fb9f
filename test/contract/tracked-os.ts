// A port that remembers what it has opened, so that a case may leave things open and nothing outlives it.

import type { Address, Fd, Os } from '../../src/os/os.ts';

export interface TrackedOs extends Os {
  /** The fd of the open listener that is bound to `address`. */
  listenerAt(address: Address): Fd;
}

export function tracked(real: Os): { os: TrackedOs; dispose(): void } {
  const fds = new Set<Fd>([real.wakeFd, real.epollFd]);
  const listeners = new Map<Fd, Address>();
  const notifySockets = new Map<Fd, string>();
  const children = new Map<Fd, number>();

  const pipe = (outcome: ReturnType<Os['openChannel']>) => {
    if (outcome.ok) for (const fd of [outcome.read, outcome.write]) fds.add(fd);
    return outcome;
  };

  const os: TrackedOs = {
    ...real,
    openChannel: () => pipe(real.openChannel()),
    openOutput: () => pipe(real.openOutput()),
    close: (fd) => {
      real.close(fd);
      fds.delete(fd);
    },
    openNotify: (owner) => {
      const outcome = real.openNotify(owner);
      if (outcome.ok) notifySockets.set(outcome.fd, outcome.path);
      return outcome;
    },
    closeNotify: (fd, path) => {
      real.closeNotify(fd, path);
      notifySockets.delete(fd);
    },
    accept: (fd) => {
      const outcome = real.accept(fd);
      if (outcome.kind === 'accepted') fds.add(outcome.fd);
      return outcome;
    },
    listen: (address, options) => {
      const outcome = real.listen(address, options);
      if (outcome.ok) listeners.set(outcome.fd, outcome.address);
      return outcome;
    },
    closeListener: (fd, address) => {
      real.closeListener(fd, address);
      listeners.delete(fd);
    },
    listenerAt: (address) => {
      const wanted = JSON.stringify(address);
      const found = [...listeners].find(([, bound]) => JSON.stringify(bound) === wanted);
      if (found === undefined) throw new Error(`no listener at ${wanted}`);
      return found[0];
    },
    spawn: (request) => {
      const outcome = real.spawn(request);
      if (outcome.kind !== 'spawned') return outcome;
      children.set(outcome.pidfd, outcome.pid);
      fds.add(outcome.pidfd);
      return outcome;
    },
    wait: (pidfd) => {
      const outcome = real.wait(pidfd);
      if (outcome.kind !== 'running') children.delete(pidfd);
      return outcome;
    },
  };

  const dispose = () => {
    for (const [pidfd, pid] of [...children]) {
      real.signalGroup(pid, 'SIGKILL');
      while (real.poll([pidfd], 1000).kind !== 'ready');
      real.wait(pidfd);
    }
    for (const [fd, address] of listeners) real.closeListener(fd, address);
    for (const [fd, path] of notifySockets) real.closeNotify(fd, path);
    for (const fd of fds) real.close(fd);
  };

  return { os, dispose };
}

// A port that remembers what it has opened, so that a case may leave things open and nothing outlives it.

import type { Address, Fd, Os } from '../../src/os/os.ts';

export interface TrackedOs extends Os {
  /** The fd of the open listener that is bound to `address`. */
  listenerAt(address: Address): Fd;
}

interface Left {
  readonly fds: Set<Fd>;
  readonly listeners: Map<Fd, Address>;
  /** Their paths. */
  readonly notifySockets: Map<Fd, string>;
  /** Pids of unreaped children, by pidfd. */
  readonly children: Map<Fd, number>;
}

export function tracked(real: Os): { os: TrackedOs; dispose(): void } {
  const left: Left = {
    fds: new Set([real.wakeFd, real.epollFd]),
    listeners: new Map(),
    notifySockets: new Map(),
    children: new Map(),
  };
  const os = { ...real, ...descriptors(real, left), ...sockets(real, left), ...processes(real, left) };
  return { os, dispose: () => endAll(real, left) };
}

function descriptors(real: Os, { fds, notifySockets }: Left) {
  const pipe = (outcome: ReturnType<Os['openChannel']>) => {
    if (outcome.ok) for (const fd of [outcome.read, outcome.write]) fds.add(fd);
    return outcome;
  };
  return {
    openChannel: () => pipe(real.openChannel()),
    openOutput: () => pipe(real.openOutput()),
    lockFile: (path: string, text: string) => {
      const outcome = real.lockFile(path, text);
      if (outcome.ok) fds.add(outcome.fd);
      return outcome;
    },
    close: (fd: Fd) => {
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
  } satisfies Partial<Os>;
}

function sockets(real: Os, { fds, listeners }: Left) {
  return {
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
    listenerAt: (address: Address) => {
      const wanted = JSON.stringify(address);
      const found = [...listeners].find(([, bound]) => JSON.stringify(bound) === wanted);
      if (found === undefined) throw new Error(`no listener at ${wanted}`);
      return found[0];
    },
  } satisfies Partial<TrackedOs>;
}

function processes(real: Os, { fds, children }: Left) {
  return {
    spawn: (request) => {
      const outcome = real.spawn(request);
      if (outcome.kind !== 'spawned') return outcome;
      children.set(outcome.pidfd, outcome.pid);
      fds.add(outcome.pidfd);
      return outcome;
    },
    groupMembers: (group) => {
      const members = real.groupMembers(group);
      for (const { pidfd } of members) fds.add(pidfd);
      return members;
    },
    wait: (pidfd) => {
      const outcome = real.wait(pidfd);
      if (outcome.kind !== 'running') children.delete(pidfd);
      return outcome;
    },
  } satisfies Partial<Os>;
}

function endAll(real: Os, { fds, listeners, notifySockets, children }: Left): void {
  for (const [pidfd, pid] of children) {
    real.signalGroup(pid, 'SIGKILL');
    // And the child itself, should it not lead a group.
    real.signal(pidfd, 'SIGKILL');
    while (real.poll([pidfd], 1000).kind !== 'ready');
    real.wait(pidfd);
  }
  for (const [fd, address] of listeners) real.closeListener(fd, address);
  for (const [fd, path] of notifySockets) real.closeNotify(fd, path);
  for (const fd of fds) real.close(fd);
}

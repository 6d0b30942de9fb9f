// Faults by seed on the way between the core and a port: on the real one (`preforkd run --chaos`) and on the
// simulator's. Each is something that a kernel may do on a bad day, so the core must live with all of them.
// Every fault draws from a stream of its own, once at each call that it may hit, whatever the others do: one switched
// off leaves the others as they were. One that is off costs no draw. Wraps; it never changes the port beneath.

import type { Entropy } from '../lib/entropy.ts';
import { type Lot, opening, polling, serving, spawning } from './chaos-calls.ts';
import type { Os } from './os.ts';

/**
 * Every fault and what it does. The weight in a plan is its probability per call, 0 to 1.
 *
 * Left out, because no kernel does it, and the port promises that it does not happen:
 * - a datagram read in parts, or cut: recv(2) gives a datagram as a whole;
 * - poll or epoll that keep something ready to themselves for good, a wake-up that is lost;
 * - wait(2) failing for a child that nobody has collected; a signal that does not reach a living child of ours;
 * - a spawn that says it failed and leaves a process, close(2) that leaves the descriptor open;
 * - epoll_ctl(2) refusing a good descriptor: ENOMEM alone may do it, and stops the loop by design (os/linux/epoll.ts);
 * - the monotonic clock going back. Jumps of the wall clock are the simulator's, for they need no failing call.
 */
export const CHAOS_FAULTS = {
  eintr:
    'poll says that it was interrupted instead of looking, though something may be ready (as on Solaris)',
  'poll-enomem': 'poll fails with ENOMEM, unless it only waits',
  'short-read': 'read gets fewer bytes from a pipe than are there; datagrams stay whole',
  'read-eagain': 'read says that nothing is there, though something may be (as when a signal interrupts it)',
  'spawn-eagain': 'fork fails with EAGAIN: no process, or no memory, is to be had',
  'spawn-enomem': 'fork fails with ENOMEM',
  'spawn-enoent': 'exec fails with ENOENT: the program is being replaced',
  'spawn-eacces': 'exec fails with EACCES',
  'spawn-etxtbsy': 'exec fails with ETXTBSY: the program is being written',
  'spawn-slow': 'the spawn takes 1 to 50 ms longer; the child may have spoken or ended when it returns',
  'child-killed': 'the child is killed (SIGKILL) before its program has begun',
  'open-emfile': 'no pipe and no notify socket can be opened: EMFILE',
  'accept-emfile': 'accept fails with EMFILE; the connection stays queued',
  'queue-eio': 'the length of an accept queue cannot be read: EIO',
  'listen-eaddrinuse': 'an address cannot be bound: EADDRINUSE',
  'epoll-few': 'epoll tells one of those that are ready; the others come later',
  'epoll-shuffled': 'epoll tells in another order',
} as const;

export type ChaosFault = keyof typeof CHAOS_FAULTS;
export type ChaosPlan = Partial<Record<ChaosFault, number>>;
export type ChaosCounts = Readonly<Record<ChaosFault, number>>;

/** What a run is asked to do: the same order gives the same draws. */
export interface ChaosOrder {
  readonly plan: ChaosPlan;
  readonly seed: number;
  /**
   * No fault by chance, but a supervisor that stands still when you want it: every spawn takes so much longer, as it
   * does of a program on a file server that does not answer. What the watchdog and the alerts say can be tried with it.
   */
  readonly stallMs?: number;
}

export interface Chaos {
  readonly os: Os;
  /** How often each fault has had its effect so far. */
  readonly injected: ChaosCounts;
  /** No more faults from now on. */
  calm(): void;
}

export function withChaos(os: Os, plan: ChaosPlan, entropy: Entropy, stallMs = 0): Chaos {
  const injected = Object.fromEntries(Object.keys(CHAOS_FAULTS).map((fault) => [fault, 0])) as Record<
    ChaosFault,
    number
  >;
  let calm = false;
  const lot = (fault: ChaosFault): Lot => {
    const probability = plan[fault] ?? 0;
    if (probability === 0) return NEVER;
    const stream = entropy.stream(fault);
    return {
      hits: () => !calm && stream.chance(probability),
      // A stream apart, so that how much is drawn does not shift when the fault comes again.
      extent: stream.stream('extent'),
      count: () => {
        injected[fault] += 1;
      },
    };
  };
  return {
    injected,
    calm: () => {
      calm = true;
    },
    os: {
      ...untouched(os),
      ...polling(os, lot),
      ...opening(os, lot),
      ...serving(os, lot),
      ...spawning(os, lot, () => (calm ? 0 : stallMs)),
    },
  };
}

const NEVER: Lot = { hits: () => false, extent: { integer: (least) => least }, count: () => {} };

/** Called by name and not spread: a port may be an object of a class. */
function untouched(os: Os) {
  return {
    wakeFd: os.wakeFd,
    epollFd: os.epollFd,
    now: () => os.now(),
    wallClock: () => os.wallClock(),
    nextOccurrence: (pattern, afterWallMs) => os.nextOccurrence(pattern, afterWallMs),
    clearWake: () => os.clearWake(),
    epollAdd: (fd, tag) => os.epollAdd(fd, tag),
    epollRemove: (fd) => os.epollRemove(fd),
    lockFile: (path, text) => os.lockFile(path, text),
    becomeUser: (user) => os.becomeUser(user),
    close: (fd) => os.close(fd),
    wait: (pidfd) => os.wait(pidfd),
    signal: (pidfd, signal) => os.signal(pidfd, signal),
    signalGroup: (pid, signal) => os.signalGroup(pid, signal),
    groupMembers: (group) => os.groupMembers(group),
    refuseClients: (fd, address) => os.refuseClients(fd, address),
    closeListener: (fd, address) => os.closeListener(fd, address),
  } satisfies Partial<Os>;
}

// What crosses between the plane (main thread) and the supervisor thread, as plain data by structured clone.
// Commands go in, with a write to the wake fd; reports come out. The scoreboard (scoreboard.ts) is shared memory.

import type { Reply } from '../core/commands.ts';
import type { Fact, FactKind } from '../core/facts.ts';
import type { MasterSpec } from '../core/spec.ts';
import type { ChaosCounts, ChaosOrder } from '../os/chaos.ts';

export type { Command, CommandKind, CommandToSend, Reply } from '../core/commands.ts';

export type Report =
  /** First of all: write an 8-byte counter of 1 to this eventfd after posting a command. */
  | {
      readonly kind: 'opened';
      readonly wakeFd: number;
      readonly logFd: number | undefined;
      readonly notifyFd: number | undefined;
    }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'replies'; readonly replies: readonly Reply[] }
  /** Before anything else is done: the pidfile is ours, with our pid in it. */
  | { readonly kind: 'pidfile-taken' }
  /** The master does not come up: nothing was started. */
  | { readonly kind: 'refused'; readonly text: string; readonly exitCode: number }
  /** Just before the end: what `preforkd run --chaos` has done. */
  | { readonly kind: 'chaos'; readonly injected: ChaosCounts }
  /** The loop has ended as asked; `exitCode` is the master's. */
  | { readonly kind: 'stopped'; readonly exitCode: number }
  /** Our own contradiction: workers have been ended, the dump says what the state was; the master exits 70. */
  | { readonly kind: 'crashed'; readonly error: string; readonly dump: string };

/** workerData of the supervisor thread. */
export interface ThreadInput {
  readonly spec: MasterSpec;
  readonly board: SharedArrayBuffer;
  /** Of pulse.ts. */
  readonly pulse: SharedArrayBuffer;
  readonly runDirectory: string;
  /** Taken before anything is started; undefined: there is none. */
  readonly pidfile: string | undefined;
  readonly quiet: readonly FactKind[];
  /** LISTEN_FDS of our own environment (sd_listen_fds(3)): sockets at fd 3 and up, with their LISTEN_FDNAMES. */
  readonly listenFds: { readonly count: number; readonly names: readonly string[] };
  /** Faults on the way to the kernel (`preforkd run --chaos`); undefined in production. */
  readonly chaos: ChaosOrder | undefined;
  /** Where syslogd listens, for a plane that logs there: a socket is kept connected to it. */
  readonly logSocket: string | undefined;
  /** NOTIFY_SOCKET, when somebody wants to hear of the master: likewise. */
  readonly notifySocket: string | undefined;
}

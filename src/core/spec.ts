// What the configuration asks for, as plain data (it crosses from the plane to the supervisor thread by structured
// clone). Made by config/, read by the core, never changed after it is made. Times are milliseconds, sizes bytes.

import type { Address, User } from '../os/os.ts';

export type Protocol = 'cyrus' | 'systemd' | 'inetd';

/** How a service answers repeated failures: our breaker, or Cyrus's five failures and then off until SIGHUP. */
export type FailureRule = 'breaker' | 'cyrus';

/** A program to execute, resolved: wrappers (setpriv, nice, prlimit, sh) are already in argv. */
export interface CommandSpec {
  /** As written in the file, for reports. */
  readonly text: string;
  /** Absolute path of what is executed first (the program, or the outermost wrapper). */
  readonly path: string;
  readonly argv: readonly string[];
  /** Absolute path of the program itself; differs from `path` when there is a wrapper. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The ids the program will run under, when they differ from the master's: the owner of its notify socket. */
  readonly runAs?: { readonly uid: number; readonly gid: number };
}

/** An entry of SERVICES for one resolved address: limits hold per address, as in Cyrus. */
export interface ServiceSpec {
  readonly name: string;
  /** Index among the addresses of the entry, from 0: CYRUS_ID. */
  readonly index: number;
  readonly line: number;
  readonly protocol: Protocol;
  /** As written: `listen` and `proto` decide whether a reload keeps the socket. */
  readonly listen: string;
  readonly proto: string;
  readonly address: Address;
  readonly command: CommandSpec;
  readonly prefork: number;
  /** Number.POSITIVE_INFINITY when unlimited. */
  readonly maxchild: number;
  /** Forks per second; Number.POSITIVE_INFINITY when unlimited. */
  readonly maxforkrate: number;
  readonly babysit: boolean;
  readonly backlog: number;
  readonly clientlimit: number;
  readonly startlimitMs: number;
  readonly stoplimitMs: number;
  /** 0: idle workers are kept. */
  readonly idlekillMs: number;
  /** 0: unlimited. */
  readonly maxuse: number;
  /** 0: unlimited. Enforced from the plane's samples. */
  readonly maxrssBytes: number;
  /** 0: no watchdog. Protocol `systemd` only. */
  readonly watchdogMs: number;
  readonly socketMode?: number;
  readonly socketOwner?: { readonly uid: number; readonly gid: number };
  readonly failureRule: FailureRule;
}

export interface DaemonSpec {
  readonly name: string;
  readonly line: number;
  readonly command: CommandSpec;
  /** Started in order, ready when it wrote "ok\r\n" to fd 3, stopped last and in reverse order. */
  readonly wait: boolean;
  readonly maxforkrate: number;
  readonly startlimitMs: number;
  readonly stoplimitMs: number;
  readonly failureRule: FailureRule;
}

export type Trigger =
  /** First run at once, then every `periodMs` of monotonic time. */
  | { readonly kind: 'period'; readonly periodMs: number }
  /** Local wall-clock time by a five-field cron pattern (`at=hhmm` becomes one). */
  | { readonly kind: 'cron'; readonly pattern: string };

export type Overlap = 'skip' | 'queue' | 'allow';

export interface EventSpec {
  readonly name: string;
  readonly line: number;
  readonly command: CommandSpec;
  readonly trigger: Trigger;
  readonly overlap: Overlap;
  /** 0: no time limit. */
  readonly limitMs: number;
  /** Each run is delayed by a pseudo-random part of this. */
  readonly jitterMs: number;
  readonly stoplimitMs: number;
}

export interface JobSpec {
  readonly name: string;
  readonly line: number;
  readonly command: CommandSpec;
}

export interface MasterSpec {
  /** Path of the configuration file, for reports. */
  readonly file: string;
  readonly start: readonly JobSpec[];
  readonly services: readonly ServiceSpec[];
  readonly events: readonly EventSpec[];
  readonly daemons: readonly DaemonSpec[];
  /** After a stop is asked for: how long busy workers may go on before SIGKILL. */
  readonly shutdownlimitMs: number;
  /** Concurrent start-ups at first and at most (ARCHITECTURE, "Spawn policy"). */
  readonly startCap: { readonly initial: number; readonly most: number };
  /** When its sockets are bound, and before anything but START runs, the master becomes this user. */
  readonly becomes?: User;
  /** A socket that cannot be bound at the start ends the master with exit 69. */
  readonly bindErrorsFatal?: true;
}

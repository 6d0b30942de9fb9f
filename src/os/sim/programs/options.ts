// What a simulated worker is told before it starts: filled in by the scenario for every spawn, read by all that is in
// this directory. Nothing here changes while the worker lives, but for what `healed` answers.

import type { Behaviour } from './behaviours.ts';

export interface WorkerOptions {
  /** 'datagram': protocol `cyrus` on a datagram socket. */
  readonly protocol: 'cyrus' | 'systemd' | 'inetd' | 'datagram';
  /** Says AVAILABLE when it is up and calls listen(2), as our SDK does; a C program of Cyrus is silent until its first client. */
  readonly announces: boolean;
  /** From its first instruction until it is up; a signal in this time meets default dispositions. */
  readonly startupMs: number;
  /** Without a client, after its first one, until it exits 0; Infinity: never. */
  readonly idleTimeoutMs: number;
  /** Clients until it exits 0; Infinity: no limit. */
  readonly usesMost: number;
  /** What one answer, or one datagram, takes. */
  readonly workMs: number;
  readonly behaviour: Behaviour;
  /** It misbehaves only once it has been up so long and has had so many clients. What it does at its start it does at once. */
  readonly misbehavesAfterMs: number;
  readonly misbehavesAfterClients: number;
  /** The world is well again: who hangs goes on, liars tell the truth, floods end, the newly started come up. */
  readonly healed: () => boolean;
}

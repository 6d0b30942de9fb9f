// POSIX signals to the master, turned into commands. TERM, INT and QUIT drain; HUP reloads; INT three times (a person
// at the keyboard who has seen enough) kills what is left. Signals that mean nothing to a master do
// nothing. Installed by the plane.

import { closeSync, openSync } from 'node:fs';
import type { PlaneEvent } from './logs/plane-events.ts';

export interface SignalInput {
  shutdown(reason: string): void;
  reload(): void;
  /** Kills the workers that are left. */
  force(): void;
  activeCount(): number;
  tell(event: PlaneEvent): void;
}

/** npm sends on the SIGINT that the terminal has sent to everybody: within this time it is the same Ctrl-C. */
const SAME_INTERRUPT_MS = 400;

export type SignalHandler = (signal: NodeJS.Signals) => void;

const STOPPING = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;
/** USR1 would open Node's debugger; the others would end the master and orphan its workers. */
const IGNORED = ['SIGPIPE', 'SIGUSR1', 'SIGUSR2', 'SIGALRM'] as const;

/** What to do at each signal, in the order they come. `terminalGone`: the terminal that we were started on is closed. */
export function createSignalHandler(
  input: SignalInput,
  terminalGone: () => boolean,
  now: () => number = () => performance.now(),
): SignalHandler {
  let stopping = false;
  let interrupts = 0;
  let interruptedAt = Number.NEGATIVE_INFINITY;
  const stop = (signal: NodeJS.Signals, why: string) => {
    stopping = true;
    input.tell({ kind: 'signal', signal, meaning: why });
    input.shutdown(signal);
  };
  const again = (signal: NodeJS.Signals) => {
    interrupts += signal === 'SIGINT' ? 1 : 0;
    const active = input.activeCount();
    if (interrupts < 3) return input.tell({ kind: 'still-draining', active });
    input.tell({ kind: 'forced', active });
    input.force();
  };
  const hangUp = (signal: NodeJS.Signals) => {
    if (!terminalGone()) {
      input.tell({ kind: 'signal', signal, meaning: 'the configuration is read again' });
      input.reload();
    } else if (!stopping)
      stop(signal, 'the terminal is closed: workers finish their clients, then the master stops');
  };
  return (signal) => {
    if (signal === 'SIGHUP') return hangUp(signal);
    if (signal === 'SIGINT') {
      if (now() - interruptedAt < SAME_INTERRUPT_MS) return;
      interruptedAt = now();
    }
    if (stopping) return again(signal);
    interrupts = signal === 'SIGINT' ? 1 : 0;
    stop(signal, 'workers finish their clients, then the master stops');
  };
}

/** Removes them again when called. */
export function installSignals(handler: SignalHandler): () => void {
  const ignore = () => {};
  for (const signal of STOPPING) process.on(signal, handler);
  process.on('SIGHUP', handler);
  for (const signal of IGNORED) process.on(signal, ignore);
  return () => {
    for (const signal of [...STOPPING, 'SIGHUP'] as const) process.off(signal, handler);
    for (const signal of IGNORED) process.off(signal, ignore);
  };
}

/** Answers whether the terminal that we have now is gone; a daemon without one never loses it. */
export function watchTerminal(): () => boolean {
  const hadOne = hasTerminal();
  return () => hadOne && !hasTerminal();
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

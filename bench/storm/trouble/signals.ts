// --signals: real signals at the supervisor thread, so that its poll is interrupted. Only a signal that the process
// catches interrupts anything, and one that it does not catch may end it: so that is looked at first. SIGUSR2 means
// nothing to a preforkd; of other masters only SIGCHLD is known to mean no harm.

import { type ChildProcess, fork } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { err, ok } from '../../../src/lib/result.ts';
import { catches } from '../watch/proc.ts';
import type { Sent } from './sender.ts';
import { findSupervisor } from './supervisor-thread.ts';
import type { Made, TroubleWishes, Victim } from './trouble.ts';

const OURS: NodeJS.Signals = 'SIGUSR2';
const ANY: NodeJS.Signals = 'SIGCHLD';
/** The sender reads its messages fifty times a second. */
const END_MS = 2_000;
const { errno: ERRNO, signals: NUMBERS } = constants;

export async function sendSignals(
  wishes: NonNullable<TroubleWishes['signals']>,
  { pid, socket }: Victim,
): Promise<Made> {
  const signal = wishes.signal ?? (socket === undefined ? ANY : OURS);
  if (!catches(pid, NUMBERS[signal])) {
    return err(
      `process ${pid} does not catch ${signal}: it would be ignored, or end the master. --signal NAME names another`,
    );
  }
  const thread = await findSupervisor(pid);
  if (thread === undefined) return err(`no thread of process ${pid} can be told to be the supervisor`);
  const sender = startSender(pid, thread, NUMBERS[signal], wishes.perSecond);
  let said: Sent = { sent: 0, ms: 0 };
  sender.on('message', (message: Sent) => {
    said = message;
  });
  return ok({
    report: () => {
      const { sent, ms, errno } = said;
      const perSecond = ms === 0 ? 0 : Math.round((sent / ms) * 1_000);
      const trouble = errno === undefined ? '' : `; ended by ${nameOf(errno)}`;
      return {
        kind: 'signals',
        text: `${sent} x ${signal} at thread ${thread}, ${perSecond} a second${trouble}`,
        figures: { sent, perSecond, thread },
      };
    },
    stop: () => endSender(sender),
  });
}

function startSender(pid: number, thread: number, signal: number, perSecond: number): ChildProcess {
  // From the sources (tests) as well as from dist/.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const file = fileURLToPath(new URL(`./sender.${extension}`, import.meta.url));
  return fork(file, [pid, thread, signal, perSecond].map(String), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function endSender(sender: ChildProcess): Promise<void> {
  if (sender.exitCode !== null || sender.signalCode !== null) return;
  const ended = new Promise((resolve) => sender.once('exit', resolve));
  const timer = setTimeout(() => sender.kill('SIGKILL'), END_MS);
  // It may have ended by itself meanwhile: then there is nobody to send to.
  if (sender.connected) sender.send('stop', () => {});
  await ended;
  clearTimeout(timer);
}

function nameOf(errno: number): string {
  return Object.entries(ERRNO).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
}

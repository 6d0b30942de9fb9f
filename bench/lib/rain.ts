// Signals as `preforkd storm --signals` sends them, by the same sender, at whom a benchmark chooses; and a process that is
// only there to get some, which shows what the sending alone costs the machine.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const SIGNALS_PER_SECOND = 20_000;
/** From dist/bench/lib to the program beside it. */
const SENDER = fileURLToPath(new URL('../storm/trouble/sender.js', import.meta.url));

export interface Rain {
  /** To be killed when it is enough. */
  readonly sender: ChildProcess;
  /** So far. */
  perSecond(): number;
}

/** SIGUSR2 at one thread of a process. */
export function startRain([pid, thread]: readonly [number, number]): Rain {
  const words = [pid, thread, constants.signals.SIGUSR2, SIGNALS_PER_SECOND].map(String);
  const sender = fork(SENDER, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let perSecond = 0;
  sender.on('message', ({ sent, ms }: { sent: number; ms: number }) => {
    perSecond = (sent / ms) * 1_000;
  });
  return { sender, perSecond: () => perSecond };
}

export function startBystander(): ChildProcess {
  const program = "process.on('SIGUSR2', () => {}); setInterval(() => {}, 2 ** 30);";
  return spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
}

// Starts all trouble that was wished for, or says why it cannot be had; then nothing has been started. Called by the
// storm right before the first arrival.

import type { Entropy } from '../../../src/lib/entropy.ts';
import { err, ok, type Result } from '../../../src/lib/result.ts';
import { killWorkers } from './kill.ts';
import { reloadOften } from './reload.ts';
import { sendSignals } from './signals.ts';
import { stopAndContinue } from './stop-cont.ts';
import type { Made, Maker, Tell, TroubleWishes, Victim } from './trouble.ts';

export async function startTrouble(
  { signals, kill, reload, stopCont }: TroubleWishes,
  victim: Victim,
  chances: Entropy,
  tell: Tell,
): Promise<Result<readonly Maker[], string>> {
  const started: Maker[] = [];
  const wanted: readonly (() => Made | Promise<Made>)[] = [
    ...(stopCont ? [() => stopAndContinue(stopCont, victim, tell)] : []),
    ...(kill ? [() => killWorkers(kill, victim, chances, tell)] : []),
    ...(reload ? [() => reloadOften(reload, victim, tell)] : []),
    ...(signals ? [() => sendSignals(signals, victim)] : []),
  ];
  for (const make of wanted) {
    const made = await make();
    if (!made.ok) {
      await stopTrouble(started);
      return err(made.error);
    }
    started.push(made.value);
  }
  return ok(started);
}

export async function stopTrouble(makers: readonly Maker[]): Promise<void> {
  await Promise.all(makers.map((maker) => maker.stop()));
}

// `preforkd stop [--wait]`: the master lets its workers finish their clients, and ends. With --wait it returns when
// the last of them has gone.

import { askMaster, PATIENT_MS, QUICK_MS } from './ask-master.ts';
import type { Output } from './output.ts';
import type { WaitOptions } from './reload.ts';

export function runStop(options: WaitOptions, output: Output): Promise<number> {
  const wait = options.wait === true;
  return askMaster({ verb: 'stop', args: { wait } }, options, output, {
    timeoutMs: wait ? PATIENT_MS : QUICK_MS,
  });
}

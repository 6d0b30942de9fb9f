// `preforkd reload [--wait]`: the master reads its configuration again. With --wait the exit code says how it went:
// 0 applied, 78 refused with the diagnostics printed.

import { askMaster, PATIENT_MS, QUICK_MS } from './ask-master.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';

export interface WaitOptions extends LocateOptions {
  readonly wait?: boolean;
}

export function runReload(options: WaitOptions, output: Output): Promise<number> {
  const wait = options.wait === true;
  const timeoutMs = wait ? PATIENT_MS : QUICK_MS;
  return askMaster({ verb: 'reload', args: { wait } }, options, output, { timeoutMs });
}

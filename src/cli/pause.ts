// `preforkd pause SERVICE`: no new workers are spawned for it until it is resumed.

import { askMaster } from './ask-master.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';

export function runPause(service: string, options: LocateOptions, output: Output): Promise<number> {
  return askMaster({ verb: 'pause', args: { service } }, options, output);
}

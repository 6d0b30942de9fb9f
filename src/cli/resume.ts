// `preforkd resume SERVICE`: workers are spawned for it again.

import { askMaster } from './ask-master.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';

export function runResume(service: string, options: LocateOptions, output: Output): Promise<number> {
  return askMaster({ verb: 'resume', args: { service } }, options, output);
}

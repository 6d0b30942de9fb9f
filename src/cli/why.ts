// `preforkd why SERVICE`: one sentence saying why no more workers are being spawned, with figures.

import { printable } from '../lib/text.ts';
import { askMaster } from './ask-master.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';

export function runWhy(service: string, options: LocateOptions, output: Output): Promise<number> {
  return askMaster({ verb: 'why', args: { service } }, options, output, {
    use: ({ text = '' }, { out }) => out(`${text.split('\n').map(printable).join('\n')}\n`),
  });
}

// `preforkd why [SERVICE]`: one sentence saying why no more workers are being spawned, with figures and what would lift
// that; without SERVICE one for each, those with a problem first.

import { printable } from '../lib/text.ts';
import type { Status } from '../plane/status.ts';
import { askMaster } from './ask-master.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';
import { figuresOf } from './top/figures.ts';
import { FIRST_VIEW, sorted } from './top/view.ts';

export function runWhy(service: string | undefined, options: LocateOptions, output: Output): Promise<number> {
  if (service === undefined) {
    return askMaster({ verb: 'status' }, options, output, {
      use: ({ data }, { out }) => out(whyAll(data as Status)),
    });
  }
  return askMaster({ verb: 'why', args: { service } }, options, output, {
    use: ({ text = '' }, { out }) => out(`${text.split('\n').map(printable).join('\n')}\n`),
  });
}

/** A line each; `!` marks those that somebody should look at. */
export function whyAll(status: Status): string {
  const rows = sorted(figuresOf({ status, at: 0 }, undefined).rows, FIRST_VIEW);
  if (rows.length === 0) return 'there are no services\n';
  const several = (name: string) => rows.filter(({ service }) => service.name === name).length > 1;
  const lines = rows.map(({ severity, service: { name, family, why } }) => {
    const address = several(name) ? `${family}: ` : '';
    return `${severity === 'well' ? ' ' : '!'} ${address}${printable(why)}\n`;
  });
  return lines.join('');
}

// `preforkd status`: the services and workers of the running master, as a table for a person or as the JSON of
// /api/status.

import type { Status } from '../plane/status.ts';
import { askMaster } from './ask-master.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';
import { statusText } from './status-text.ts';

export interface StatusOptions extends LocateOptions {
  readonly json?: boolean;
  /** Wider than the terminal, if need be. */
  readonly wide?: boolean;
}

export function runStatus(options: StatusOptions, output: Output): Promise<number> {
  return askMaster({ verb: 'status' }, options, output, {
    use: ({ data }, { out }) => {
      const width = options.wide === true ? undefined : output.columns;
      out(options.json === true ? `${JSON.stringify(data, null, 2)}\n` : statusText(data as Status, width));
    },
  });
}

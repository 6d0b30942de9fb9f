// `preforkd scale SERVICE prefork=N maxchild=M`: changes the limits of a running service until the next reload.

import { EXIT } from '../lib/exit-codes.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { askMaster } from './ask-master.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';

export interface Limits {
  readonly prefork?: number;
  readonly maxchild?: number;
}

export function runScale(
  service: string,
  settings: readonly string[],
  options: LocateOptions,
  output: Output,
): Promise<number> {
  const limits = parseLimits(settings);
  if (limits.ok) return askMaster({ verb: 'scale', args: { service, ...limits.value } }, options, output);
  output.err(`preforkd: ${limits.error}\n`);
  return Promise.resolve(EXIT.usage);
}

export function parseLimits(settings: readonly string[]): Result<Limits, string> {
  const limits: { prefork?: number; maxchild?: number } = {};
  for (const setting of settings) {
    const match = /^(prefork|maxchild)=(\d{1,7})$/.exec(setting);
    if (match === null) return err(`"${setting}" is not prefork=N or maxchild=N`);
    limits[match[1] as 'prefork' | 'maxchild'] = Number(match[2]);
  }
  return settings.length === 0 ? err('say prefork=N, maxchild=N, or both') : ok(limits);
}

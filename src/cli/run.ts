// `preforkd run FILE`: hands over to the plane (through main.ts), with the faults that --chaos asks for. Those are
// refused unless the environment says that they are wanted, so that no unit file copied from a test bench can do it.

import { randomInt } from 'node:crypto';
import { EXIT } from '../lib/exit-codes.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { ChaosOrder } from '../os/chaos.ts';
import { parseChaos } from '../os/chaos-plan.ts';
import type { Output } from './output.ts';
import { ownVersion } from './version.ts';

/** Runs a master until it has ended. Given by main.ts, for only `preforkd run` needs the plane. */
export type RunMaster = (
  file: string,
  options: { readonly version: string; readonly banner: boolean; readonly chaos: ChaosOrder | undefined },
) => Promise<number>;

export interface RunOptions {
  readonly banner?: boolean;
  readonly chaos?: string;
}

const SEEDS = 2 ** 32;

export function runWith(
  runMaster: RunMaster,
  file: string,
  { banner = false, chaos }: RunOptions,
  output: Output,
): Promise<number> {
  const order = chaos === undefined ? ok(undefined) : chaosOrder(chaos);
  if (order.ok) return runMaster(file, { version: ownVersion(), banner, chaos: order.value });
  output.err(`preforkd: --chaos: ${order.error}\n`);
  return Promise.resolve(EXIT.usage);
}

function chaosOrder(text: string): Result<ChaosOrder, string> {
  if (process.env.PREFORKD_ALLOW_CHAOS !== '1')
    return err('system calls would fail at random; set PREFORKD_ALLOW_CHAOS=1 if that is wanted');
  const wish = parseChaos(text);
  // The log tells the seed that is drawn here, so that the run can be repeated.
  return wish.ok ? ok({ seed: randomInt(SEEDS), ...wish.value }) : wish;
}

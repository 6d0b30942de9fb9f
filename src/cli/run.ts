// `preforkd run [FILE]`: supervises in the foreground until it is told to stop. The one verb that loads the plane.

import { runMaster } from '../plane/wiring.ts';

export interface RunVerbOptions {
  readonly banner?: boolean;
}

export function runRun(file: string, options: RunVerbOptions): Promise<number> {
  return runMaster(file, { banner: options.banner === true });
}

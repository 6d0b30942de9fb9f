// A process that runs seeds for jobs.ts: gets them by message, answers each with its outcome. Ends when its parent does.

import type { RunOptions } from './run.ts';
import { runSeed } from './run.ts';

process.on('message', (options: RunOptions) => {
  process.send?.(runSeed(options));
});
process.on('disconnect', () => process.exit(0));

// The verb `storm incident`: its options as text, and the way to bench/incidents, which is loaded only when it is called.
// Added to `storm` by program.ts, which asks that its word is a command and no protocol.

import type { Command } from 'commander';
import type { IncidentCall } from '../../bench/incidents/index.ts';
import type { Output } from './output.ts';

const HELP = `
Without NAME: the incidents. Each is a published trouble of a mail system, made again here in processes of its own, on
loopback: the same core, workers and clients, once in the old way and once in ours. Takes about a minute.

Exit code: 0 the old way failed as it did then and ours did not, 1 not so, 64 the command line is wrong, 69 it could not
be made, 130 ended by Ctrl-C. docs/INCIDENTS.md says what each shows, and what it does not.

Example:
  preforkd storm incident stalled-master --report stalled.html`;

const ENDING = ['SIGINT', 'SIGTERM'] as const;

export function addIncident(storm: Command, run: (call: IncidentCall) => Promise<void>): void {
  storm
    .command('incident')
    .description('make a published trouble again, in the old way and in ours, with a verdict')
    .argument('[NAME]', 'which; without it, they are listed')
    .option('--seed <SEED>', 'repeats the plan of the clients (default: a new one)')
    .option('--duration <TIME>', 'of each of the two runs that are compared (default: 14s)')
    .option('--json', 'print the result as JSON instead of a table')
    .option('--report <FILE>', 'write a page with plots (HTML, nothing else needed)')
    .addHelpText('after', HELP)
    .action(async (name: string | undefined, raw: IncidentCall['raw']) => {
      await run({ name, raw });
    });
}

export async function runIncident(call: IncidentCall, output: Output): Promise<number> {
  const { incident } = await import('../../bench/incidents/index.ts');
  const controller = new AbortController();
  const abort = () => controller.abort();
  // Once: who presses Ctrl-C a second time wants us gone without a word.
  for (const signal of ENDING) process.once(signal, abort);
  try {
    const progressColumns = process.stderr.isTTY ? process.stderr.columns : undefined;
    return await incident(call, { output, progressColumns, abort: controller.signal });
  } finally {
    for (const signal of ENDING) process.off(signal, abort);
  }
}

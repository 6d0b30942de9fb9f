// The verbs that look at a running master and change nothing: status, why, events. Options and help; what
// they do is loaded when they are called. Added by program.ts.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { REMARKS_ASKED_MAX } from '../plane/control/wire.ts';
import type { EventsOptions } from './events.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';
import { type Finish, talking } from './talking.ts';

/** Of the past, when nobody says how many. */
const LINES_DEFAULT = 20;

export function addReadingVerbs(program: Command, output: Output, finish: Finish): void {
  talking(program, 'status')
    .description('show services and workers')
    .option('--json', 'as JSON, the same as /api/status')
    .action(async (options: LocateOptions & { json?: boolean }) => {
      const { runStatus } = await import('./status.ts');
      await finish(runStatus(options, output));
    });
  talking(program, 'why')
    .description('say why no more workers are spawned for SERVICE')
    .argument('<SERVICE>')
    .action(async (service: string, options: LocateOptions) => {
      const { runWhy } = await import('./why.ts');
      await finish(runWhy(service, options, output));
    });
  addEvents(program, output, finish);
}

function addEvents(program: Command, output: Output, finish: Finish): void {
  talking(program, 'events')
    .description('show the last events in words, and with --follow those that come')
    .option('-f, --follow', 'go on until the master has stopped')
    .option('--service <SERVICE>', 'only those about SERVICE')
    .addOption(
      new Option('--level <LEVEL>', 'the quietest that is shown')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .option('-n, --lines <N>', 'how many of the past', parseLines, LINES_DEFAULT)
    .option('--json', 'a line of JSON each')
    .addHelpText('after', EVENTS_HELP)
    .action(async (options: EventsOptions) => {
      const { runEvents } = await import('./events.ts');
      await finish(runEvents(options, output));
    });
}

const EVENTS_HELP = `
What is as loud as info is told whatever the log's own level is. At debug, starts and ends of workers come as well, and
the rest of it when the log is at debug. Who reads too slowly is told how many were missed.

Exit code: 0 the master has stopped, 1 it ended with another code than 0 or knows no such service, 69 no master runs
there or it has gone without a word.

Examples:
  preforkd events --follow --service imap
  preforkd events --level warn -n 100
  preforkd events --follow --json | jq -r .text`;

function parseLines(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= REMARKS_ASKED_MAX) return count;
  throw new InvalidArgumentError(`It is a number from 0 to ${REMARKS_ASKED_MAX}.`);
}

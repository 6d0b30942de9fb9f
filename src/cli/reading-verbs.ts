// The verbs that look at a running master and change nothing: status, why, events, top. Options and help; what
// they do is loaded when they are called. Added by program.ts.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { REMARKS_ASKED_MAX } from '../plane/control/wire.ts';
import type { EventsOptions } from './events.ts';
import type { LocateOptions } from './locate.ts';
import type { Output } from './output.ts';
import type { StatusOptions } from './status.ts';
import { type Finish, talking } from './talking.ts';
import { SORTS } from './top/view.ts';
import type { TopOptions } from './top.ts';

/** Of the past, when nobody says how many. */
const LINES_DEFAULT = 20;
/** Seconds. */
const DELAY_DEFAULT = 1;
const DELAY_MIN = 0.2;
const DELAY_MAX = 3_600;
const PICTURES_MAX = 1_000_000;

export function addReadingVerbs(program: Command, output: Output, finish: Finish): void {
  talking(program, 'status')
    .description('show services and workers')
    .option('--json', 'as JSON, the same as /api/status')
    .option('-w, --wide', 'all columns, also where the terminal is too narrow for them')
    .action(async (options: StatusOptions) => {
      const { runStatus } = await import('./status.ts');
      await finish(runStatus(options, output));
    });
  talking(program, 'why')
    .description('say why no more workers are spawned for SERVICE, and what would lift that')
    .argument('[SERVICE]', 'without it all services, those with a problem first')
    .action(async (service: string | undefined, options: LocateOptions) => {
      const { runWhy } = await import('./why.ts');
      await finish(runWhy(service, options, output));
    });
  addEvents(program, output, finish);
  addTop(program, output, finish);
}

function addTop(program: Command, output: Output, finish: Finish): void {
  talking(program, 'top')
    .description('watch services and the last events, redrawn in place; keys pause, resume and explain')
    .option('-d, --delay <SECONDS>', 'between two looks', parseDelay, DELAY_DEFAULT)
    .option('-n, --count <N>', 'print N pictures as plain text and end', parseCount)
    .option('--once', 'print one, the same as -n 1')
    .addOption(new Option('--sort <COLUMN>', 'which service comes first').choices(SORTS).default('trouble'))
    .addHelpText('after', TOP_HELP)
    .action(async (options: TopOptions) => {
      const { runTop } = await import('./top.ts');
      await finish(runTop(options, output));
    });
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

const TOP_HELP = `
Where output is no terminal, one picture is printed as plain text; rates are those of the delay before it. NO_COLOR is
obeyed: every colour is also said by a word or by the shape of the bar.

Exit code: 0 ended with q or printed, 69 no master answers at the beginning, 130 ended by Ctrl-C.`;

function parseDelay(text: string): number {
  const seconds = Number(text);
  if (/^\d*\.?\d+$/.test(text) && seconds >= DELAY_MIN && seconds <= DELAY_MAX) return seconds;
  throw new InvalidArgumentError(`It is a number of seconds from ${DELAY_MIN} to ${DELAY_MAX}.`);
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= PICTURES_MAX) return count;
  throw new InvalidArgumentError(`It is a number from 1 to ${PICTURES_MAX}.`);
}

// The verb `storm` and its options, as text: what they mean is read by bench/storm, which is loaded only when the verb
// is called. Called by program.ts.

import type { Command } from 'commander';
import type { RawOptions } from '../../bench/storm/options/raw.ts';

const HELP = `
Protocols: imap, smtp, lmtp, http, echo, and raw (any other, by --expect).
Shapes: burst, step, poisson, ramp, sawtooth, morning, reconnect. Sessions: hold=10s, think=2s, logout, hangup (in the
middle of a command), slowloris=1s (a byte a second); mixed by weight: hold=5s*7,logout*3.

All arrivals are planned from the seed before the first one is sent, and none waits for the answer to another (open
loop). Every latency counts from the planned arrival, so that what had to wait for a stalled service is measured and
not left out (no coordinated omission), and a percentile counts who was never greeted as infinitely late.

Objectives: p99=500ms, max=2s, session.p95=3s, errors=0, refused=1%, overflows=0. Exit code: 0 they hold, 1 one does
not, 64 the command line is wrong, 130 ended by Ctrl-C.

Examples:
  preforkd storm imap 127.0.0.1:1143 --login demo:demo --select INBOX
  preforkd storm imap 127.0.0.1:1143 --shape morning --rate 50/s --duration 1m --session hold=5s --report storm.html
  preforkd storm echo ./.preforkd/echo.sock --connections 500 --kill 10% --reload every=2s --slo p99=1s,errors=0
  preforkd storm raw 127.0.0.1:1179 --expect '\\n' --signals 20000/s
  preforkd storm incident                     the published incidents that can be made again`;

interface StormWords {
  readonly protocol: string;
  readonly target: string;
  readonly raw: RawOptions;
}

/** Returns the verb, for what is added below it. */
export function addStorm(program: Command, run: (words: StormWords) => Promise<void>): Command {
  const storm = program
    .command('storm')
    .description('send a storm of clients to a service, ours or not, and measure what comes of it')
    .argument('<PROTOCOL>', 'imap, smtp, lmtp, http, echo, raw')
    .argument('<TARGET>', '127.0.0.1:1143, [::1]:1143, or the path of a unix socket');
  addLoad(storm);
  addProtocols(storm);
  addMaster(storm);
  addTrouble(storm);
  addResults(storm);
  storm.addHelpText('after', HELP).action(async (protocol: string, target: string, raw: RawOptions) => {
    await run({ protocol, target, raw });
  });
  return storm;
}

function addLoad(storm: Command): void {
  storm
    .optionsGroup('Load:')
    .option('-n, --connections <N>', 'how many clients arrive (default: 100)')
    .option('--shape <SHAPE>', 'when they arrive (default: burst)')
    .option('--rate <N/s>', 'how many arrive per second, on average')
    .option('--duration <TIME>', 'over how long they arrive (default: 10s; a burst needs none)')
    .option('--session <SESSION>', 'what they do (default: logout)')
    .option('--timeout <TIME>', 'how long a client waits for any one answer (default: 30s)')
    .option(
      '--reconnect [HOW]',
      'who is refused or cut comes back (default: first=1s,most=60s,jitter=10%,tries=8)',
    )
    .option('--seed <SEED>', 'repeats a storm (default: a new one)')
    .option('--allow-remote', 'another machine than this one may be the target');
}

function addProtocols(storm: Command): void {
  storm
    .optionsGroup('Protocols:')
    .option('--login <USER:PASSWORD>', 'imap: log in')
    .option('--select <MAILBOX>', 'imap: select it, after the login')
    .option('--logout', 'imap, smtp, lmtp: a held session, too, ends with a good-bye')
    .option('--path <PATH>', 'http: what to get (default: /)')
    .option('--status <CODE>', 'http: the right status (default: 200)')
    .option('--send <TEXT>', 'raw: what to send (\\r \\n \\xHH); without it the service speaks first')
    .option('--expect <REGEX>', 'raw: the answer that is right');
}

function addMaster(storm: Command): void {
  storm
    .optionsGroup('The master behind the target (found by itself when it listens there):')
    .option('-s, --socket <PATH>', 'control socket of the master')
    .option('-c, --config <FILE>', 'configuration that names the control socket')
    .option('--metrics <URL>', 'its metrics page')
    .option('--pid <PID>', 'its process; any master, ours or not')
    .option('--service <NAME>', 'the service whose figures are shown')
    .option('--no-master', 'look for none')
    .option('--sample <TIME>', 'how often figures are taken (default: 100ms)');
}

function addTrouble(storm: Command): void {
  storm
    .optionsGroup('Trouble for the master, while the load runs:')
    .option('--signals <N/s>', 'signals at its supervisor thread')
    .option('--signal <NAME>', 'which (default: USR2 for ours, CHLD for others)')
    .option('--kill <P%>', 'kill each worker with this chance, every second (P%,every=TIME)')
    .option('--reload <every=2s>', 'reload')
    .option('--stop-cont <every=5s,for=500ms>', 'stop the whole process, and let it go on');
}

function addResults(storm: Command): void {
  storm
    .optionsGroup('Results:')
    .option('--slo <OBJECTIVES>', 'what must hold, for the exit code')
    .option('--json', 'print the result as JSON instead of a table')
    .option('--save <FILE>', 'write the same JSON')
    .option('--report <FILE>', 'write a page with plots (HTML, nothing else needed)');
}

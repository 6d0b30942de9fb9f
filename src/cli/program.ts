// The command line: verbs, options, help. Each verb's file is loaded when it is called, so that `preforkd status`
// does not pay for the master. Resolves with the exit code; called by main.ts and by tests.

import { Command, CommanderError } from 'commander';
import { EXIT } from '../lib/exit-codes.ts';
import { CHAOS_FAULTS } from '../os/chaos.ts';
import type { LocateOptions } from './locate.ts';
import { type Output, processOutput } from './output.ts';
import { addReadingVerbs } from './reading-verbs.ts';
import type { RunMaster, RunOptions } from './run.ts';
import { addIncident, runIncident } from './storm-incident.ts';
import { addStorm } from './storm-options.ts';
import { type Finish, talking } from './talking.ts';
import { ownVersion } from './version.ts';

const DEFAULT_FILE = 'services.conf';
const FAULT_WIDTH = 19;

const EXAMPLES = `
Examples:
  preforkd check services.conf        is the configuration good?
  preforkd run services.conf          supervise, in the foreground
  preforkd status                     what is running (--json for programs)
  preforkd why imap                   why are no more workers spawned, and what would lift that?
  preforkd events --follow            what happens, in words
  preforkd scale imap maxchild=200    until the next reload
  preforkd reload --wait              exit code 0: applied, 78: refused, the old one goes on
  preforkd stop --wait                drain, and wait for the end
  preforkd storm imap 127.0.0.1:143   a hundred clients at once: how long until each was greeted?

The verbs that talk to a master find it by --socket PATH, or by the control socket that --config FILE names
(services.conf here, else /etc/preforkd/services.conf). Exit code 69: no master runs there.`;

const CHAOS_HELP = `
Faults of --chaos, each with its probability per call. PREFORKD_ALLOW_CHAOS=1 must be set; never where real clients are.
  --chaos eintr=0.9,spawn-eagain=0.05           the log tells the seed that was drawn
  --chaos eintr=0.9,spawn-eagain=0.05,seed=123  the same draws again

${[
  ...Object.entries(CHAOS_FAULTS),
  ['stall', 'not a probability but milliseconds: every spawn stands still so long'] as const,
]
  .map(([fault, does]) => `  ${fault.padEnd(FAULT_WIDTH)}${does}`)
  .join('\n')}`;

export async function runCli(
  argv: readonly string[],
  runMaster: RunMaster,
  output: Output = processOutput,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const finish: Finish = async (code) => {
    exitCode = await code;
  };
  const program = createProgram(output, finish, runMaster);
  const storm = addStorm(program, async (words) => {
    const { runStorm } = await import('./storm.ts');
    await finish(runStorm({ ...words, words: argv.slice(argv.indexOf('storm') + 1) }, output));
  });
  addIncident(storm, async (call) => {
    await finish(runIncident(call, output));
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // --help and --version end with 0; everything else is a wrong command line.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}

function createProgram(output: Output, finish: Finish, runMaster: RunMaster): Command {
  const program = new Command('preforkd')
    .description('A prefork, IMAP-style master supervisor: it owns the sockets, and workers accept.')
    .version(ownVersion(), '-V, --version')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(preforkd --help says more)')
    // `storm` and `storm incident` have options of the same names: each takes those that follow its own word.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err });
  addMasterVerbs(program, output, finish, runMaster);
  addReadingVerbs(program, output, finish);
  addChangingVerbs(program, output, finish);
  return program;
}

function addMasterVerbs(program: Command, output: Output, finish: Finish, runMaster: RunMaster): void {
  program
    .command('run')
    .description('supervise the services of FILE, in the foreground')
    .argument('[FILE]', 'configuration', DEFAULT_FILE)
    .option('--banner', 'say where everything is, also when this is no terminal')
    .option('--chaos <FAULTS>', 'for tests: let system calls fail at random')
    .addHelpText('after', CHAOS_HELP)
    .action(async (file: string, options: RunOptions) => {
      const { runWith } = await import('./run.ts');
      await finish(runWith(runMaster, file, options, output));
    });
  program
    .command('check')
    .description('check FILE: "configuration OK" and what would run, or every mistake with its place')
    .argument('[FILE]', 'configuration', DEFAULT_FILE)
    .option('--print', 'print FILE as it was understood, without comments and without what has no effect')
    .action(async (file: string, options: { print?: boolean }) => {
      if (options.print === true) {
        const { runCheckPrint } = await import('./check-print.ts');
        return finish(runCheckPrint(file, output));
      }
      const { runCheck } = await import('./check.ts');
      return finish(runCheck(file, { write: output.out }));
    });
}

function addChangingVerbs(program: Command, output: Output, finish: Finish): void {
  talking(program, 'reload')
    .description('read the configuration again; a bad one is refused and the old one goes on')
    .option('--wait', 'wait until it has taken effect; exit code 78 when it was refused')
    .action(async (options: LocateOptions & { wait?: boolean }) => {
      const { runReload } = await import('./reload.ts');
      await finish(runReload(options, output));
    });
  talking(program, 'stop')
    .description('let the workers finish their clients, and stop the master')
    .option('--wait', 'wait until everything has ended')
    .action(async (options: LocateOptions & { wait?: boolean }) => {
      const { runStop } = await import('./stop.ts');
      await finish(runStop(options, output));
    });
  talking(program, 'pause')
    .description('spawn no new workers for SERVICE')
    .argument('<SERVICE>')
    .action(async (service: string, options: LocateOptions) => {
      const { runPause } = await import('./pause.ts');
      await finish(runPause(service, options, output));
    });
  talking(program, 'resume')
    .description('spawn workers for SERVICE again')
    .argument('<SERVICE>')
    .action(async (service: string, options: LocateOptions) => {
      const { runResume } = await import('./resume.ts');
      await finish(runResume(service, options, output));
    });
  talking(program, 'scale')
    .description('change prefork and maxchild of SERVICE until the next reload')
    .argument('<SERVICE>')
    .argument('<LIMITS...>', 'prefork=N, maxchild=N')
    .action(async (service: string, settings: string[], options: LocateOptions) => {
      const { runScale } = await import('./scale.ts');
      await finish(runScale(service, settings, options, output));
    });
}

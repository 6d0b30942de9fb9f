// The command line of Cyrus's master and of preforkd-cyrmaster: pidfile, background, logfile, exit codes.

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { groupOf, workingDirectoryOf } from '../support/processes.ts';
import type { Chapter, Scenario } from '../support/scenario.ts';
import { services } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

const one = (stage: Stage) => services(stage.service('echo', 'prefork=1'));

/** A file that the user `cyrus` may write, which root has made. */
function writeFor(stage: Stage, name: string, text: string): void {
  writeFileSync(stage.path(name), text);
  chmodSync(stage.path(name), 0o666);
}

/** Words with which no master starts. */
function refused(tells: string, words: (stage: Stage) => readonly string[], code: number): Scenario {
  return {
    tells,
    configuration: one,
    play: async (stage) => {
      stage.start(...words(stage));
      return { code: await stage.end(), left: await stage.left() };
    },
    outcome: { code, left: 0 },
  };
}

const PIDFILE: readonly Scenario[] = [
  {
    tells: 'the pidfile holds the pid of the master, and stays when it has ended',
    configuration: one,
    play: async (stage) => {
      await stage.open('echo');
      const right = stage.pidInFile() === stage.pid;
      const line = /^\d+\n$/.test(stage.read('master.pid'));
      await stage.stop();
      return { right, line, 'afterwards as it was': stage.pidInFile() === stage.pid };
    },
    outcome: { right: true, line: true, 'afterwards as it was': true },
  },
  {
    tells: 'a pidfile that another master has locked ends the second one with 71',
    configuration: one,
    play: async (stage) => {
      await stage.open('echo');
      const code = await stage.second();
      return { code, visit: await stage.visit('echo'), 'still its pid': stage.pidInFile() === stage.pid };
    },
    outcome: { code: 71, visit: 'greeted', 'still its pid': true },
  },
  {
    tells: 'the pidfile of a master that was killed is taken over',
    configuration: one,
    play: async (stage) => {
      writeFor(stage, 'master.pid', '1\n');
      await stage.open('echo');
      return { right: stage.pidInFile() === stage.pid };
    },
    outcome: { right: true },
  },
  {
    tells: 'a pidfile that is a link to another file is not followed',
    configuration: one,
    play: async (stage) => {
      writeFor(stage, 'precious', 'precious\n');
      symlinkSync(stage.path('precious'), stage.path('master.pid'));
      stage.start();
      const code = await stage.end(4_000);
      return { code, 'the file is left alone': stage.read('precious') === 'precious\n' };
    },
    outcome: { code: 71, 'the file is left alone': true },
    differs: [
      {
        field: 'code',
        cyrus: 'still there',
        why: 'As newer Cyrus versions do: a link may lead anywhere, and the file there would be emptied.',
      },
      { field: 'the file is left alone', cyrus: false, why: 'The same.' },
    ],
  },
  refused(
    'a pidfile in a directory that is not there ends the master with 71',
    (stage) => ['-p', stage.path('nowhere/master.pid')],
    71,
  ),
];

const BACKGROUND: readonly Scenario[] = [
  {
    tells:
      '-d: the caller ends with 0 when the pidfile is written, and the master runs on in a session of its own',
    configuration: one,
    play: async (stage) => {
      mkdirSync(stage.path('conf/cores'));
      stage.start('-d');
      const code = await stage.background();
      await stage.up('echo');
      const visit = await stage.visit('echo');
      const { group, session } = groupOf(stage.pid);
      const works = workingDirectoryOf(stage.pid).slice(stage.directory.length);
      stage.signal('SIGTERM');
      const ended = await stage.within(10_000, () => !stage.isRunning());
      return { code, visit, group: group === stage.pid, session: session === stage.pid, works, ended };
    },
    outcome: { code: 0, visit: 'greeted', group: true, session: true, works: '/conf/cores', ended: true },
  },
  {
    tells: '-d: a pidfile that another master has locked is told by the exit code',
    configuration: one,
    play: async (stage) => {
      await stage.open('echo');
      return { code: await stage.second('-d'), visit: await stage.visit('echo') };
    },
    outcome: { code: 71, visit: 'greeted' },
  },
  {
    tells: '-d with a cyrus.conf that is wrong',
    configuration: (stage) => services(stage.service('ec_ho')),
    play: async (stage) => {
      stage.start('-d');
      return { code: await stage.end(), left: await stage.left() };
    },
    outcome: { code: 78, left: 0 },
    differs: [
      {
        field: 'code',
        cyrus: 0,
        why: 'Who called is told that there is no master. Cyrus says 0 when the pidfile is written, and reads cyrus.conf after that.',
      },
    ],
  },
];

/** How many clients may be queued, as the kernel has it. */
async function backlogOf(stage: Stage): Promise<number> {
  await stage.up('echo');
  const guest = await stage.greeted('echo');
  return Number((await guest.ask('backlog')).replace('backlog ', ''));
}

const BACKLOG: readonly Scenario[] = [
  {
    tells: '-l: so many clients may be queued',
    configuration: one,
    play: async (stage) => {
      stage.start('-l', '7');
      return { backlog: await backlogOf(stage) };
    },
    outcome: { backlog: 7 },
  },
  {
    tells: 'without -l',
    configuration: one,
    play: async (stage) => {
      stage.start();
      return { 'more than 32 clients may be queued': (await backlogOf(stage)) > 32 };
    },
    outcome: { 'more than 32 clients may be queued': true },
    differs: [
      {
        field: 'more than 32 clients may be queued',
        cyrus: false,
        why: 'The default is 4096, or what the kernel allows: a burst is longer than 32.',
      },
    ],
  },
  {
    tells: '-l with a number that is none',
    configuration: one,
    play: async (stage) => {
      stage.start('-l', 'many');
      await stage.within(5_000, () => !stage.isRunning() || stage.isListening('echo'));
      return { code: stage.isRunning() ? 'still there' : await stage.end() };
    },
    outcome: { code: 78 },
    differs: [
      {
        field: 'code',
        cyrus: 'still there',
        why: 'It is said at the start. Cyrus takes it for 0, and serves with the shortest queue that there is.',
      },
    ],
  },
];

export const COMMAND_LINE: Chapter = {
  title: 'The command line',
  scenarios: [
    ...PIDFILE,
    ...BACKGROUND,
    ...BACKLOG,
    {
      tells: 'an option that nobody knows is complained of, and no more',
      configuration: one,
      play: async (stage) => {
        stage.start('-x', '-v', '-j', '5');
        await stage.up('echo');
        return {
          visit: await stage.visit('echo'),
          complains: stage.read('master.log').includes("invalid option -- 'x'"),
        };
      },
      outcome: { visit: 'greeted', complains: true },
    },
    refused('-V says the version and ends with 0', () => ['-V'], 0),
    refused('-j 0 is refused with 78', () => ['-j', '0'], 78),
    refused('-d and -D together are refused with 78', () => ['-d', '-D'], 78),
    refused(
      'an imapd.conf that is not there is refused with 78',
      (stage) => ['-C', stage.path('nowhere.conf')],
      78,
    ),
    refused(
      'an imapd.conf without configdirectory is refused with 78',
      (stage) => {
        writeFor(stage, 'bare.conf', 'servername: bare\n');
        return ['-C', stage.path('bare.conf')];
      },
      78,
    ),
  ],
};

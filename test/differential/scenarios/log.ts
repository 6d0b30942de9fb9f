// What the two masters tell the system's log of the same event: alerts match on these words. Pids, ages and paths are not
// compared; what only one of them has words for is not asked for.

import { rmSync, writeFileSync } from 'node:fs';
import { limitProcesses } from '../support/limits.ts';
import type { Chapter, Scenario } from '../support/scenario.ts';
import { daemons, events, services, starts } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

/** By then a line is in the log, or it does not come. */
const SAID_LIMIT_MS = 6_000;

const PROCESS = (type: string, name: string) => `process type:${type} name:${name} path:PATH age:AGE pid:PID`;

interface Event {
  readonly tells: string;
  configuration(stage: Stage): string;
  happens(stage: Stage): Promise<void>;
  /** In which order they are said is not compared. */
  readonly texts: readonly string[];
}

function normal(text: string): string {
  return text
    .replace(/\bpid([: ])\d+/, 'pid$1PID')
    .replace(/ path:\S+/, ' path:PATH')
    .replace(/ age:[\d.]+s/, ' age:AGE')
    .replace(/^couldn't exec \S+:/, "couldn't exec PROGRAM:")
    .replace(/^(Services reconfigured\.) .*/, '$1');
}

function saysOf({ tells, configuration, happens, texts }: Event): Scenario {
  return {
    tells,
    configuration,
    play: async (stage) => {
      await happens(stage);
      const said = () => texts.filter((text) => stage.said().map(normal).includes(text));
      await stage.within(SAID_LIMIT_MS, () => said().length === texts.length);
      return { said: said() };
    },
    outcome: { said: texts },
  };
}

const sick = (stage: Stage) =>
  services(stage.service('sick', 'prefork=1', `exit=3 note=${stage.path('diary')} word=sick`));

const EVENTS: readonly Event[] = [
  {
    tells: 'the log: five failures disable a service',
    configuration: sick,
    happens: async (stage) => {
      stage.start();
      await stage.noted('diary', 'sick began', 5);
    },
    texts: [
      `${PROCESS('SERVICE', 'sick')} exited, status 3`,
      'service sick/ipv4 pid PID in READY state: terminated abnormally',
      'too many failures for service sick/ipv4, disabling until next SIGHUP',
    ],
  },
  {
    tells: 'the log: a worker is killed while it waits',
    configuration: (stage) => services(stage.service('echo', 'prefork=1')),
    happens: async (stage) => {
      await stage.open('echo');
      process.kill(await stage.oneOf('echo'), 'SIGKILL');
    },
    texts: [
      `${PROCESS('SERVICE', 'echo')} signaled to death by signal 9 (Killed)`,
      'service echo/ipv4 pid PID in READY state: terminated abnormally',
    ],
  },
  {
    tells: 'the log: a reload',
    configuration: (stage) => services(stage.service('echo', 'prefork=1')),
    happens: async (stage) => {
      await stage.open('echo');
      await stage.oneOf('echo');
      stage.signal('SIGHUP');
    },
    texts: ['process started', 'ready for work', 'got SIGHUP', 'Services reconfigured.'],
  },
  {
    tells: 'the log: the end',
    configuration: (stage) => services(stage.service('echo', 'prefork=1')),
    happens: async (stage) => {
      await stage.open('echo');
      await stage.greeted('echo');
      await stage.stop();
    },
    texts: [
      'attempting clean shutdown on signal',
      `${PROCESS('SERVICE', 'echo')} was killed`,
      'All children have exited, closing down',
    ],
  },
  {
    tells: 'the log: an address that cannot be had',
    configuration: (stage) =>
      services(
        stage.service('first'),
        stage.service('second', `listen="${stage.host}:${stage.port('first')}"`),
      ),
    happens: (stage) => stage.open('first'),
    texts: [
      'unable to bind to second/ipv4 socket: Address already in use',
      'unable to create second listener socket: Address already in use',
    ],
  },
  {
    tells: 'the log: a START entry fails',
    configuration: (stage) => starts(`bad cmd="${stage.command('kind=job exit=3')}"`),
    happens: async (stage) => {
      stage.start();
      await stage.end();
    },
    texts: [`${PROCESS('START', 'bad')} exited, status 3`, "can't run startup", 'exiting'],
  },
  {
    tells: 'the log: a daemon with wait=y ends without a word',
    configuration: (stage) => daemons(`base cmd="${stage.command('kind=daemon exit=3')}" wait=y`),
    happens: async (stage) => {
      stage.start();
      await stage.end();
    },
    texts: ['unable to spawn waitdaemon base/daemon', 'exiting'],
  },
  {
    tells: 'the log: an event fails',
    configuration: (stage) => events(`bad cmd="${stage.command('kind=job exit=3')}" period=60`),
    happens: async (stage) => stage.start(),
    texts: [`${PROCESS('EVENT', 'bad')} exited, status 3`],
  },
  {
    tells: 'the log: a program has gone since the start',
    configuration: (stage) => {
      writeFileSync(stage.path('program'), '#!/bin/sh\n', { mode: 0o755 });
      return services(`gone cmd="${stage.path('program')}" listen="${stage.host}:${stage.port('gone')}"`);
    },
    happens: async (stage) => {
      await stage.open('gone');
      rmSync(stage.path('program'));
      await stage.visit('gone');
    },
    texts: ["couldn't exec PROGRAM: No such file or directory"],
  },
  {
    tells: 'the log: no process can be made',
    configuration: (stage) => services(stage.service('echo')),
    happens: async (stage) => {
      await stage.open('echo');
      limitProcesses(stage.pid, 1);
      await stage.connect('echo');
    },
    texts: ["can't fork process to run service echo/ipv4: Resource temporarily unavailable"],
  },
];

export const LOG: Chapter = { title: 'The log', scenarios: EVENTS.map(saysOf) };

// START, EVENTS and DAEMON: in which order, when, and how often.

import type { Chapter } from '../support/scenario.ts';
import { daemons, events, services, starts } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

/** An entry that runs to its end and notes when. */
function job(stage: Stage, name: string, words = '', keys = ''): string {
  const note = `note=${stage.path('diary')} word=${name}`;
  return `${name} cmd="${stage.command(`kind=job ${note} ${words}`)}" ${keys}`;
}

function daemon(stage: Stage, name: string, words = '', keys = ''): string {
  const note = `note=${stage.path('diary')} word=${name}`;
  return `${name} cmd="${stage.command(`kind=daemon ${note} ${words}`)}" ${keys}`;
}

/** Twelve hours from now, so that it is not due while the test runs. */
function inTwelveHours(): string {
  const now = new Date();
  return `${String((now.getHours() + 12) % 24).padStart(2, '0')}${String(now.getMinutes()).padStart(2, '0')}`;
}

export const JOBS: Chapter = {
  title: 'START, EVENTS and DAEMON',
  scenarios: [
    {
      tells: 'START entries run one after the other, in the order of the file, before any socket is there',
      configuration: (stage) =>
        [
          starts(job(stage, 'second'), job(stage, 'first', `gate=${stage.path('gate')}`)),
          services(stage.service('echo')),
        ].join('\n'),
      play: async (stage) => {
        stage.start();
        await stage.noted('diary', 'first began');
        const early = stage.isListening('echo');
        stage.openGate();
        await stage.up('echo');
        return { diary: stage.notes('diary'), early };
      },
      outcome: { diary: ['second began', 'second ended', 'first began', 'first ended'], early: false },
    },
    {
      tells: 'a START entry that fails ends the master with 1, and what follows does not run',
      configuration: (stage) =>
        [starts(job(stage, 'bad', 'exit=3'), job(stage, 'never')), services(stage.service('echo'))].join(
          '\n',
        ),
      play: async (stage) => {
        stage.start();
        const code = await stage.end();
        return { code, diary: stage.notes('diary'), left: await stage.left() };
      },
      outcome: { code: 1, diary: ['bad began', 'bad ended'], left: 0 },
    },
    {
      tells: 'an event with a period runs at once',
      configuration: (stage) => events(job(stage, 'hourly', '', 'period=60')),
      play: async (stage) => {
        stage.start();
        await stage.noted('diary', 'hourly ended');
        await stage.pause(500);
        return { diary: stage.notes('diary') };
      },
      outcome: { diary: ['hourly began', 'hourly ended'] },
    },
    {
      tells: 'an event with at=hhmm does not run before its time',
      configuration: (stage) =>
        events(job(stage, 'daily', '', `at=${inTwelveHours()}`), job(stage, 'now', '', 'period=60')),
      play: async (stage) => {
        stage.start();
        await stage.noted('diary', 'now ended');
        await stage.pause(500);
        return { diary: stage.notes('diary') };
      },
      outcome: { diary: ['now began', 'now ended'] },
    },
    {
      tells: 'an event with cron= does not run before its time',
      configuration: (stage) =>
        events(
          job(stage, 'nightly', '', `cron="0 ${inTwelveHours().slice(0, 2)} * * *"`),
          job(stage, 'now', '', 'period=60'),
        ),
      play: async (stage) => {
        stage.start();
        await stage.noted('diary', 'now ended');
        await stage.pause(500);
        return { 'nightly runs': stage.notes('diary').filter((line) => line === 'nightly began').length };
      },
      outcome: { 'nightly runs': 0 },
      differs: [
        {
          field: 'nightly runs',
          cyrus: 1,
          why: 'cron= is of newer Cyrus versions. 3.6.1 does not know the key and runs the event once, at its start.',
        },
      ],
    },
    {
      tells: 'an event that fails harms nobody',
      configuration: (stage) =>
        [events(job(stage, 'bad', 'exit=1', 'period=60')), services(stage.service('echo'))].join('\n'),
      play: async (stage) => {
        await stage.open('echo');
        await stage.noted('diary', 'bad ended');
        return { visit: await stage.visit('echo'), running: stage.isRunning() };
      },
      outcome: { visit: 'greeted', running: true },
    },
    {
      tells: 'a daemon runs once, and is started again when it is killed',
      configuration: (stage) => daemons(daemon(stage, 'idle')),
      play: async (stage) => {
        stage.start();
        await stage.noted('diary', 'idle began');
        const before = await stage.count('idle', 1);
        const pid = await stage.oneOf('idle');
        process.kill(pid, 'SIGKILL');
        await stage.noted('diary', 'idle began', 2);
        return { before, after: await stage.count('idle', 1) };
      },
      outcome: { before: 1, after: 1 },
    },
    {
      tells: 'services listen, but their workers wait for a daemon with wait=y until it says that it is up',
      configuration: (stage) =>
        [
          daemons(daemon(stage, 'base', `gate=${stage.path('gate')} ok=1`, 'wait=y')),
          services(stage.service('echo', 'prefork=1')),
        ].join('\n'),
      play: async (stage) => {
        stage.start();
        await stage.noted('diary', 'base began');
        await stage.up('echo');
        const workers = stage.workers('echo').length;
        stage.openGate();
        return { workers, visit: await stage.visit('echo') };
      },
      outcome: { workers: 0, visit: 'greeted' },
    },
    {
      tells: 'daemons with wait=y are started one after the other and ended in reverse order',
      configuration: (stage) =>
        [
          daemons(
            daemon(stage, 'lower', 'slow=100 ok=1', 'wait=y'),
            daemon(stage, 'upper', 'slow=100 ok=1', 'wait=y'),
          ),
          services(stage.service('echo', 'prefork=1')),
        ].join('\n'),
      play: async (stage) => {
        await stage.open('echo');
        await stage.oneOf('echo');
        const code = await stage.stop();
        return { code, diary: stage.notes('diary'), left: await stage.left() };
      },
      outcome: { code: 0, diary: ['lower began', 'upper began', 'upper TERM', 'lower TERM'], left: 0 },
    },
    {
      tells: 'a daemon with wait=y that is killed later is started again',
      configuration: (stage) =>
        [daemons(daemon(stage, 'base', 'ok=1', 'wait=y')), services(stage.service('echo', 'prefork=1'))].join(
          '\n',
        ),
      play: async (stage) => {
        await stage.open('echo');
        await stage.oneOf('echo');
        const pid = await stage.oneOf('base');
        process.kill(pid, 'SIGKILL');
        await stage.noted('diary', 'base began', 2);
        return {
          daemons: await stage.count('base', 1),
          visit: await stage.visit('echo'),
          'could say that it is up': !stage.notes('diary').includes('base speechless'),
        };
      },
      outcome: { daemons: 1, visit: 'greeted', 'could say that it is up': true },
      differs: [
        {
          field: 'could say that it is up',
          cyrus: false,
          why: 'Each run has a channel of its own. Under Cyrus 3.6 the second run finds descriptor 3 closed: a daemon that insists on saying so dies, and is started again without end.',
        },
      ],
    },
    {
      tells: 'a daemon with wait=y that dies instead of saying so ends the start',
      configuration: (stage) =>
        [daemons(daemon(stage, 'base', 'exit=1', 'wait=y')), services(stage.service('echo'))].join('\n'),
      play: async (stage) => {
        stage.start();
        return { code: await stage.end(), left: await stage.left() };
      },
      outcome: { code: 78, left: 0 },
    },
  ],
};

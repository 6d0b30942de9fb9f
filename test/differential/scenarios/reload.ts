// SIGHUP: what is kept, what is replaced, who is told.

import type { Chapter } from '../support/scenario.ts';
import { daemons, events, services, starts } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

/** Writes a new file and has it read. */
function reload(stage: Stage, text: string): void {
  stage.configure(text);
  stage.signal('SIGHUP');
}

export const RELOAD: Chapter = {
  title: 'Reload',
  scenarios: [
    {
      tells: 'idle workers are replaced, the socket stays',
      configuration: (stage) => services(stage.service('echo', 'prefork=2')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.count('echo', 2);
        await (await stage.greeted('echo')).bye();
        const before = stage.workers('echo');
        stage.signal('SIGHUP');
        await stage.until('new workers', () => !stage.workers('echo').some((pid) => before.includes(pid)));
        return { workers: await stage.count('echo', 2), visit: await stage.visit('echo') };
      },
      outcome: { workers: 2, visit: 'greeted' },
    },
    {
      tells: 'a busy worker finishes its client and then goes',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const guest = await stage.greeted('echo');
        const { pid } = guest;
        stage.signal('SIGHUP');
        await stage.pause(700);
        const cut = guest.isCut();
        await guest.ask('say 99');
        await guest.bye();
        const gone = await stage.within(4_000, () => !stage.workers('echo').includes(pid));
        return { cut, 'gone afterwards': gone, visit: await stage.visit('echo') };
      },
      outcome: { cut: false, 'gone afterwards': true, visit: 'greeted' },
    },
    {
      tells: 'a larger prefork takes effect',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.count('echo', 1);
        const before = await stage.oneOf('echo');
        reload(stage, services(stage.service('echo', 'prefork=3')));
        // Ours lets one that has not spoken yet go later.
        await stage.until('the end of the one before', () => !stage.workers('echo').includes(before));
        return { workers: await stage.count('echo', 3) };
      },
      outcome: { workers: 3 },
    },
    {
      tells: 'a smaller maxchild takes effect',
      configuration: (stage) => services(stage.service('echo', 'prefork=4')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.count('echo', 4);
        const before = stage.workers('echo');
        reload(stage, services(stage.service('echo', 'prefork=4 maxchild=2')));
        const isAfter = (pid: number) => !before.includes(pid);
        await stage.until('others', () => stage.workers('echo').filter(isAfter).length >= 2);
        const settled = await stage.count('echo', 2);
        return { 'more than maxchild': settled > 2 };
      },
      outcome: { 'more than maxchild': false },
      differs: [
        {
          field: 'more than maxchild',
          cyrus: true,
          why: 'maxchild is asked before every single start. Cyrus asks once and then fills up to prefork.',
        },
      ],
    },
    {
      tells: 'a changed listen= is a new socket, and the old one refuses',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const listen = `listen="${stage.host}:${stage.port('moved')}"`;
        reload(stage, services(stage.service('echo', `${listen} prefork=1`)));
        await stage.up('moved');
        await stage.within(1_000, () => !stage.isListening('echo'));
        return { old: await stage.visit('echo'), new: await stage.visit('moved') };
      },
      outcome: { old: 'refused', new: 'greeted' },
    },
    {
      tells: 'a removed service refuses within a second, and its busy worker finishes',
      configuration: (stage) => services(stage.service('echo', 'prefork=1'), stage.service('stays')),
      play: async (stage) => {
        await stage.open('echo', 'stays');
        const guest = await stage.greeted('echo');
        reload(stage, services(stage.service('stays')));
        const refusing = await stage.within(1_500, () => !stage.isListening('echo'));
        const visit = await stage.visit('echo');
        const cut = guest.isCut();
        await guest.bye();
        return {
          refusing,
          visit,
          cut,
          workers: await stage.count('echo', 0),
          stays: await stage.visit('stays'),
        };
      },
      outcome: { refusing: true, visit: 'refused', cut: false, workers: 0, stays: 'greeted' },
    },
    {
      tells: 'a new service is there after the reload',
      configuration: (stage) => services(stage.service('echo')),
      play: async (stage) => {
        await stage.open('echo');
        reload(stage, services(stage.service('echo'), stage.service('late', 'prefork=1')));
        await stage.up('late');
        return { late: await stage.visit('late'), echo: await stage.visit('echo') };
      },
      outcome: { late: 'greeted', echo: 'greeted' },
    },
    {
      tells: 'a service that was removed and put in again serves',
      configuration: (stage) => services(stage.service('echo', 'prefork=1'), stage.service('stays')),
      play: async (stage) => {
        await stage.open('echo', 'stays');
        await stage.count('echo', 1);
        const both = services(stage.service('echo', 'prefork=1'), stage.service('stays'));
        reload(stage, services(stage.service('stays')));
        await stage.until('it to be gone', () => !stage.isListening('echo'));
        await stage.count('echo', 0);
        reload(stage, both);
        await stage.up('echo');
        return { visit: await stage.visit('echo'), workers: await stage.count('echo', 2) };
      },
      outcome: { visit: 'greeted', workers: 2 },
    },
    {
      tells: 'START does not run again',
      configuration: (stage) =>
        [
          starts(`once cmd="${stage.command(`kind=job note=${stage.path('diary')} word=once`)}"`),
          services(stage.service('echo', 'prefork=1')),
        ].join('\n'),
      play: async (stage) => {
        await stage.open('echo');
        stage.signal('SIGHUP');
        await stage.pause(1_000);
        return { diary: stage.notes('diary'), visit: await stage.visit('echo') };
      },
      outcome: { diary: ['once began', 'once ended'], visit: 'greeted' },
    },
    {
      tells: 'a reload does not run an event with a period again',
      configuration: (stage) =>
        [
          events(
            `hourly cmd="${stage.command(`kind=job note=${stage.path('diary')} word=hourly`)}" period=60`,
          ),
          services(stage.service('echo', 'prefork=1')),
        ].join('\n'),
      play: async (stage) => {
        await stage.open('echo');
        await stage.noted('diary', 'hourly ended');
        stage.signal('SIGHUP');
        await stage.pause(1_200);
        return { runs: stage.notes('diary').filter((line) => line === 'hourly began').length };
      },
      outcome: { runs: 1 },
      differs: [
        {
          field: 'runs',
          cyrus: 2,
          why: 'A period that is the same keeps its clock. Under Cyrus ten reloads in an hour are ten runs of an hourly event.',
        },
      ],
    },
    {
      tells: 'an event that is running is not signalled by a reload',
      configuration: (stage) =>
        [
          events(
            `busy cmd="${stage.command(`kind=job for=1500 note=${stage.path('diary')} word=busy`)}" period=600`,
          ),
          services(stage.service('echo', 'prefork=1')),
        ].join('\n'),
      play: async (stage) => {
        await stage.open('echo');
        await stage.noted('diary', 'busy began');
        await stage.pause(200);
        stage.signal('SIGHUP');
        await stage.noted('diary', 'busy ended');
        return { signalled: stage.notes('diary').includes('busy HUP') };
      },
      outcome: { signalled: false },
      differs: [
        {
          field: 'signalled',
          cyrus: true,
          why: 'A run that goes on is none of the reload. SIGHUP ends a program that does not expect it: Cyrus cuts an expiry in the middle.',
        },
      ],
    },
    {
      tells: 'a reload with a file that is wrong leaves all as it was',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.count('echo', 1);
        reload(stage, services(stage.service('echo', 'prefork=1'), 'bad_name cmd="/bin/true" listen="x"'));
        await stage.within(2_500, () => !stage.isRunning());
        return { running: stage.isRunning(), visit: await stage.visit('echo'), left: stage.leftNow() > 0 };
      },
      outcome: { running: true, visit: 'greeted', left: true },
      differs: [
        {
          field: 'running',
          cyrus: false,
          why: 'A wrong file is refused and the old one goes on. Cyrus exits, and its workers stay behind without a master.',
        },
      ],
    },
    {
      tells: 'a reload with a program that is missing leaves all as it was',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.count('echo', 1);
        reload(
          stage,
          services(
            stage.service('echo', 'prefork=1'),
            `gone cmd="/nowhere/gone" listen="${stage.host}:1999"`,
          ),
        );
        await stage.within(2_500, () => !stage.isRunning());
        return { running: stage.isRunning() };
      },
      outcome: { running: true },
      differs: [
        {
          field: 'running',
          cyrus: false,
          why: 'The same: a wrong file is refused, and nobody loses a server to a typing error.',
        },
      ],
    },
    {
      tells: 'many workers that are still starting survive a reload, and the service is not disabled by it',
      configuration: (stage) => services(stage.service('slow', 'prefork=8', `gate=${stage.path('gate')}`)),
      play: async (stage) => {
        await stage.open('slow');
        // Under Cyrus mostly the first one does it, but not always.
        for (let reloads = 0; reloads < 5 && stage.isListening('slow'); reloads += 1) {
          await stage.within(500, () => stage.workers('slow').length >= 8);
          stage.signal('SIGHUP');
          await stage.within(500, () => !stage.isListening('slow'));
        }
        stage.openGate();
        return { visit: await stage.visit('slow') };
      },
      outcome: { visit: 'greeted' },
      differs: [
        {
          field: 'visit',
          cyrus: 'refused',
          why: 'A worker that has not spoken is not signalled before its start-up time is over, and a death by our own signal is no failure. Under Cyrus the reload kills what is starting, counts five failures and disables the service.',
        },
      ],
    },
    {
      tells: 'a daemon is told by SIGHUP, and runs on',
      configuration: (stage) =>
        [
          daemons(`idle cmd="${stage.command(`kind=daemon note=${stage.path('diary')} word=idle`)}"`),
          services(stage.service('echo')),
        ].join('\n'),
      play: async (stage) => {
        await stage.open('echo');
        await stage.noted('diary', 'idle began');
        stage.signal('SIGHUP');
        await stage.noted('diary', 'idle HUP');
        // Under Cyrus it may be told more than once.
        return { diary: [...new Set(stage.notes('diary'))], daemons: await stage.count('idle', 1) };
      },
      outcome: { diary: ['idle began', 'idle HUP'], daemons: 1 },
    },
  ],
};

// Where Cyrus's master is known to be weak (the end of CYRUS.md), each with what ours does instead.

import { cpuMsOf } from '../support/processes.ts';
import type { Chapter } from '../support/scenario.ts';
import { services } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

/** Of one processor; how busy the master is while nothing can be done. */
async function cpuShare(stage: Stage, ms: number): Promise<number> {
  const before = cpuMsOf(stage.pid);
  await stage.pause(ms);
  return (cpuMsOf(stage.pid) - before) / ms;
}

async function crowd(stage: Stage, name: string, count: number) {
  return Promise.all(Array.from({ length: count }, () => stage.connect(name)));
}

export const WEAKNESSES: Chapter = {
  title: 'Known weaknesses',
  scenarios: [
    {
      tells: 'clients beyond maxchild cost no processor while they wait',
      configuration: (stage) => services(stage.service('echo', 'maxchild=2')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.greeted('echo');
        await stage.greeted('echo');
        await crowd(stage, 'echo', 20);
        await stage.pause(500);
        return { spins: (await cpuShare(stage, 2_000)) > 0.5 };
      },
      outcome: { spins: false },
    },
    {
      tells: 'on demand, slow workers are started as fast as clients come, not one at a time',
      configuration: (stage) => services(stage.service('slow', '', 'slow=700')),
      play: async (stage) => {
        await stage.open('slow');
        const began = performance.now();
        const guests = await crowd(stage, 'slow', 6);
        await stage.until('all to be greeted', () => guests.every((guest) => guest.isGreeted()));
        return { 'in a row': performance.now() - began > 6 * 700 };
      },
      outcome: { 'in a row': false },
      differs: [
        {
          field: 'in a row',
          cyrus: true,
          why: 'Starts follow the length of the queue. With prefork=0 Cyrus starts one worker, and the next when that one is busy: six slow starts take six times as long as one.',
        },
      ],
    },
    {
      tells: 'a worker is not stopped by a master that does not read what it says',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const guest = await stage.greeted('echo');
        stage.signal('SIGSTOP');
        guest.tell('flood 20000');
        const answered = await stage.within(2_000, () => guest.answers() > 0);
        stage.signal('SIGCONT');
        return { answered, next: await stage.visit('echo') };
      },
      outcome: { answered: true, next: 'greeted' },
      differs: [
        {
          field: 'answered',
          cyrus: false,
          why: 'The channel of a worker never blocks it. Under Cyrus a client waits for as long as the master is behind.',
        },
      ],
    },
    {
      tells: 'four hundred services: the last one is served as well',
      configuration: (stage) =>
        services(...Array.from({ length: 400 }, (_, index) => stage.service(`s${index}`))),
      play: async (stage) => {
        stage.start();
        await stage.within(15_000, () => stage.isListening('s399') || !stage.isRunning());
        const visit = await stage.visit('s399');
        return { visit, running: stage.isRunning() };
      },
      outcome: { visit: 'greeted', running: true },
      differs: [
        {
          field: 'visit',
          cyrus: 'refused',
          why: 'No ceiling of 1,024 descriptors: select(2), which Cyrus uses, has one, and each of its services takes three.',
        },
        { field: 'running', cyrus: false, why: 'The same.' },
      ],
    },
    {
      tells: 'an event that is still running is not started again by a reload',
      configuration: (stage) =>
        [
          `EVENTS {\n  long cmd="${stage.command(`kind=job for=2500 note=${stage.path('diary')} word=long`)}" period=60\n}`,
          services(stage.service('echo', 'prefork=1')),
        ].join('\n'),
      play: async (stage) => {
        await stage.open('echo');
        await stage.noted('diary', 'long began');
        stage.signal('SIGHUP');
        await stage.noted('diary', 'long ended');
        return { runs: stage.notes('diary').filter((line) => line === 'long began').length };
      },
      outcome: { runs: 1 },
      differs: [
        {
          field: 'runs',
          cyrus: 2,
          why: 'A run that goes on is not started a second time beside itself: two expiry jobs on one store disturb each other.',
        },
      ],
    },
    {
      tells: 'a hundred clients at once are all greeted with the default backlog',
      configuration: (stage) => services(stage.service('echo', 'prefork=1', 'uses=1 slow=20')),
      play: async (stage) => {
        await stage.open('echo');
        // A client of a mail server waits until it is greeted, and says nothing before.
        let greeted = 0;
        const visits = Array.from({ length: 100 }, async () => {
          const guest = await stage.connect('echo');
          if (await stage.within(15_000, () => guest.isGreeted())) greeted += 1;
          guest.leave();
        });
        await Promise.all(visits);
        return { 'all greeted': greeted === 100 };
      },
      outcome: { 'all greeted': true },
      differs: [
        {
          field: 'all greeted',
          cyrus: false,
          why: 'The default backlog is 4096 and not 32. Beyond it the kernel loses the last packet of a handshake, and a client that waits for a greeting waits for good.',
        },
      ],
    },
  ],
};

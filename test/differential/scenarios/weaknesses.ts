// Where Cyrus's master is known to be weak (the end of CYRUS.md), each with what ours does instead.

import { limitProcesses } from '../support/limits.ts';
import { isRunnable } from '../support/processes.ts';
import type { Chapter } from '../support/scenario.ts';
import { services } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

const LOOKS = 60;
const BETWEEN_LOOKS_MS = 25;

/** Does the master work although nothing can be done? Seen by its state, which is the same on a busy machine. */
async function spins(stage: Stage): Promise<boolean> {
  let running = 0;
  for (let look = 0; look < LOOKS; look += 1) {
    if (isRunnable(stage.pid)) running += 1;
    await stage.pause(BETWEEN_LOOKS_MS);
  }
  return running > LOOKS / 2;
}

async function crowd(stage: Stage, name: string, count: number) {
  return Promise.all(Array.from({ length: count }, () => stage.connect(name)));
}

export const WEAKNESSES: Chapter = {
  title: 'Known weaknesses',
  scenarios: [
    {
      tells: 'when no process can be made, a client waits, the processor rests, and SIGTERM ends the master',
      configuration: (stage) => services(stage.service('echo')),
      play: async (stage) => {
        await stage.open('echo');
        limitProcesses(stage.pid, 1);
        await stage.connect('echo');
        await stage.pause(1_000);
        const busy = await spins(stage);
        stage.signal('SIGTERM');
        return { spins: busy, code: await stage.end(4_000) };
      },
      outcome: { spins: false, code: 0 },
      differs: [
        {
          field: 'spins',
          cyrus: true,
          why: 'After a fork that failed ours waits 100 ms, then longer. Cyrus looks at the same queue again at once, with a whole processor.',
        },
        {
          field: 'code',
          cyrus: 'still there',
          why: "Signals reach our loop in every turn. Cyrus's are unblocked only while it waits, and it does not wait while a client is queued.",
        },
      ],
    },
    {
      tells: 'when processes can be made again, the client that waited is greeted',
      configuration: (stage) => services(stage.service('echo')),
      play: async (stage) => {
        await stage.open('echo');
        limitProcesses(stage.pid, 1);
        const guest = await stage.connect('echo');
        await stage.pause(1_000);
        const early = guest.isGreeted();
        limitProcesses(stage.pid, undefined);
        return { early, greeted: await stage.within(8_000, () => guest.isGreeted()) };
      },
      outcome: { early: false, greeted: true },
    },
    {
      tells: 'clients beyond maxchild cost no processor while they wait',
      configuration: (stage) => services(stage.service('echo', 'maxchild=2')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.greeted('echo');
        await stage.greeted('echo');
        await crowd(stage, 'echo', 20);
        await stage.pause(500);
        return { spins: await spins(stage) };
      },
      outcome: { spins: false },
    },
    {
      tells: 'refilling never exceeds maxchild',
      configuration: (stage) => services(stage.service('echo', 'prefork=3 maxchild=4')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.count('echo', 3);
        // All three are busy by the time that the master hears of it.
        stage.signal('SIGSTOP');
        const guests = await Promise.all([1, 2, 3].map(() => stage.greeted('echo')));
        stage.signal('SIGCONT');
        const exceeded = await stage.within(1_500, () => stage.workers('echo').length > 4);
        return { greeted: guests.length, exceeded };
      },
      outcome: { greeted: 3, exceeded: false },
      differs: [
        {
          field: 'exceeded',
          cyrus: true,
          why: 'maxchild is asked before every single fork. Cyrus asks once and then fills up to prefork.',
        },
      ],
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

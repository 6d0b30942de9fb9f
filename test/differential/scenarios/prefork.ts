// How many workers there are: prefork, on demand, maxchild, maxforkrate, babysit, reuse.

import type { Chapter } from '../support/scenario.ts';
import { services } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

const times = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** So many clients, each of whom has been greeted and stays. */
async function guests(stage: Stage, name: string, count: number) {
  return Promise.all(times(count).map(() => stage.greeted(name)));
}

const MAXCHILD_ALWAYS =
  'maxchild is asked before every single start. Cyrus asks once and then fills up to prefork.';

export const PREFORK: Chapter = {
  title: 'How many workers there are',
  scenarios: [
    {
      tells: 'prefork=3: three workers wait before anybody comes',
      configuration: (stage) => services(stage.service('echo', 'prefork=3')),
      play: async (stage) => {
        await stage.open('echo');
        return { workers: await stage.count('echo', 3) };
      },
      outcome: { workers: 3 },
    },
    {
      tells: 'prefork=0: nobody runs until somebody comes, and then one',
      configuration: (stage) => services(stage.service('echo')),
      play: async (stage) => {
        await stage.open('echo');
        const before = await stage.count('echo', 0);
        const { pid } = await stage.greeted('echo');
        const after = await stage.count('echo', 1);
        return { before, after, 'greeted by it': stage.workers('echo').includes(pid) };
      },
      outcome: { before: 0, after: 1, 'greeted by it': true },
    },
    {
      tells: 'a worker whose client has gone takes the next one',
      configuration: (stage) => services(stage.service('echo', 'prefork=1 maxchild=1')),
      play: async (stage) => {
        await stage.open('echo');
        const first = await stage.greeted('echo');
        await first.bye();
        const second = await stage.greeted('echo');
        return { 'same worker': second.pid === first.pid, use: second.use };
      },
      outcome: { 'same worker': true, use: 2 },
    },
    {
      tells: 'prefork=2: for each that is busy another one is made ready',
      configuration: (stage) => services(stage.service('echo', 'prefork=2')),
      play: async (stage) => {
        await stage.open('echo');
        await guests(stage, 'echo', 3);
        return { workers: await stage.count('echo', 5) };
      },
      outcome: { workers: 5 },
    },
    {
      tells: 'maxchild=2: the third client waits until one of the others has gone',
      configuration: (stage) => services(stage.service('echo', 'maxchild=2')),
      play: async (stage) => {
        await stage.open('echo');
        const [first] = await guests(stage, 'echo', 2);
        const third = await stage.connect('echo');
        await stage.pause(700);
        const early = third.isGreeted();
        const workers = await stage.count('echo', 2);
        await first?.bye();
        await stage.until('the third client to be greeted', () => third.isGreeted());
        return { early, workers, 'by the same worker': third.pid === first?.pid };
      },
      outcome: { early: false, workers: 2, 'by the same worker': true },
    },
    {
      tells: 'maxchild is stronger than prefork',
      configuration: (stage) => services(stage.service('echo', 'prefork=5 maxchild=2')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.within(2_000, () => stage.workers('echo').length === 5);
        return { workers: stage.workers('echo').length };
      },
      outcome: { workers: 2 },
      differs: [{ field: 'workers', cyrus: 5, why: MAXCHILD_ALWAYS }],
    },
    {
      tells: 'ten clients at once on prefork=0 are all greeted, by ten workers',
      configuration: (stage) => services(stage.service('echo')),
      play: async (stage) => {
        await stage.open('echo');
        const all = await guests(stage, 'echo', 10);
        const pids = new Set(all.map(({ pid }) => pid));
        return { greeted: all.length, by: pids.size, workers: await stage.count('echo', 10) };
      },
      outcome: { greeted: 10, by: 10, workers: 10 },
    },
    {
      tells: 'maxforkrate=2: ten clients at once are served, but not all in the first second',
      configuration: (stage) => services(stage.service('echo', 'maxforkrate=2')),
      play: async (stage) => {
        await stage.open('echo');
        const all = await Promise.all(times(10).map(() => stage.connect('echo')));
        const greeted = () => all.filter((guest) => guest.isGreeted()).length;
        await stage.pause(1_000);
        const soon = greeted();
        await stage.until('all to be greeted', () => greeted() === 10);
        return { 'some soon': soon > 0, 'all soon': soon === 10 };
      },
      outcome: { 'some soon': true, 'all soon': false },
    },
    {
      tells: 'a worker that ends after its client is followed by another one',
      configuration: (stage) => services(stage.service('echo', 'prefork=1', 'uses=1')),
      play: async (stage) => {
        await stage.open('echo');
        const pids = new Set<number>();
        for (const _ of times(5)) {
          const guest = await stage.greeted('echo');
          pids.add(guest.pid);
          await guest.bye();
        }
        return { workers: pids.size, 'in the end': await stage.count('echo', 1) };
      },
      outcome: { workers: 5, 'in the end': 1 },
    },
    {
      tells: 'babysit: one waits without prefork, and an idle one that is killed is replaced',
      configuration: (stage) => services(stage.service('echo', 'babysit=yes')),
      play: async (stage) => {
        await stage.open('echo');
        const before = await stage.count('echo', 1);
        const first = await stage.oneOf('echo');
        process.kill(first, 'SIGKILL');
        await stage.until('another one', () => stage.workers('echo').some((pid) => pid !== first));
        return { before, after: await stage.count('echo', 1) };
      },
      outcome: { before: 1, after: 1 },
    },
    {
      tells: 'without prefork and babysit, one that is killed is not replaced before a client comes',
      configuration: (stage) => services(stage.service('echo')),
      play: async (stage) => {
        await stage.open('echo');
        const guest = await stage.greeted('echo');
        await guest.bye();
        process.kill(guest.pid, 'SIGKILL');
        const after = await stage.count('echo', 0);
        return { after, visit: await stage.visit('echo') };
      },
      outcome: { after: 0, visit: 'greeted' },
    },
    {
      tells:
        'a worker for many clients that says CONNECTION_MULTI takes one after the other, ten in all, without a second worker',
      configuration: (stage) => services(stage.service('many', 'prefork=0', 'kind=multi')),
      play: async (stage) => {
        await stage.open('many');
        const by = new Set<number>();
        // At once, ours follows the queue: without clientlimit= it cannot know that one worker would take them all.
        for (let client = 0; client < 10; client += 1) by.add((await stage.greeted('many')).pid);
        return { by: by.size, workers: await stage.count('many', 1) };
      },
      outcome: { by: 1, workers: 1 },
    },
    {
      tells: 'two services do not count on each other: the limit of one is not the limit of the other',
      configuration: (stage) =>
        services(stage.service('narrow', 'maxchild=1'), stage.service('wide', 'prefork=2')),
      play: async (stage) => {
        await stage.open('narrow', 'wide');
        await stage.greeted('narrow');
        await guests(stage, 'wide', 2);
        return { narrow: await stage.count('narrow', 1), wide: await stage.count('wide', 4) };
      },
      outcome: { narrow: 1, wide: 4 },
    },
  ],
};

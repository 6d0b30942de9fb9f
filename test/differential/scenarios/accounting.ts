// What workers say and how they end: the accounts must stay right, seen by who is started and who is served.

import type { Chapter } from '../support/scenario.ts';
import { services } from '../support/sections.ts';

const SHARED_CHANNEL =
  "Each worker has a channel of its own. Cyrus's workers share one per service, and what one says badly is taken for words of the others.";

export const ACCOUNTING: Chapter = {
  title: 'What workers say, and how they end',
  scenarios: [
    {
      tells: 'a worker that crashes with its client is replaced, and the next client is greeted',
      configuration: (stage) => services(stage.service('echo', 'prefork=1 maxchild=2')),
      play: async (stage) => {
        await stage.open('echo');
        const guest = await stage.greeted('echo');
        guest.tell('crash');
        await guest.gone();
        // The next one's worker is ready again beside the one that was made while it was busy.
        return { next: await stage.visit('echo'), workers: await stage.count('echo', 2) };
      },
      outcome: { next: 'greeted', workers: 2 },
    },
    {
      tells: 'eight workers that crash with their clients, one after the other, disable nothing',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        for (let crash = 0; crash < 8; crash += 1) {
          const guest = await stage.greeted('echo');
          await stage.pause(100);
          guest.tell('crash');
          await guest.gone();
        }
        // The next one's worker is ready again beside the one that was made while it was busy.
        return { next: await stage.visit('echo'), workers: await stage.count('echo', 2) };
      },
      outcome: { next: 'greeted', workers: 2 },
    },
    {
      tells: 'a worker that exits with 0 in the middle of a client counts as gone and is no failure',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        for (let end = 0; end < 8; end += 1) {
          const guest = await stage.greeted('echo');
          guest.tell('exit 0');
          await guest.gone();
        }
        // The next one's worker is ready again beside the one that was made while it was busy.
        return { next: await stage.visit('echo'), workers: await stage.count('echo', 2) };
      },
      outcome: { next: 'greeted', workers: 2 },
    },
    {
      tells: 'AVAILABLE said twice counts once',
      configuration: (stage) => services(stage.service('echo', 'prefork=2')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.count('echo', 2);
        const first = await stage.greeted('echo');
        await stage.count('echo', 3);
        await first.ask('say 1');
        await first.ask('say 1');
        await first.ask('say 2');
        return { workers: await stage.count('echo', 3), next: await stage.visit('echo') };
      },
      outcome: { workers: 3, next: 'greeted' },
    },
    {
      tells: 'UNAVAILABLE said without a client counts as busy: maxchild ends the refill',
      configuration: (stage) => services(stage.service('echo', 'prefork=1 maxchild=3', 'say=2')),
      play: async (stage) => {
        await stage.open('echo');
        return { workers: await stage.count('echo', 3) };
      },
      outcome: { workers: 3 },
    },
    {
      tells: 'CONNECTION without UNAVAILABLE makes a worker busy',
      configuration: (stage) => services(stage.service('echo', 'prefork=1 maxchild=2', 'say=3')),
      play: async (stage) => {
        await stage.open('echo');
        return { workers: await stage.count('echo', 2) };
      },
      outcome: { workers: 2 },
    },
    {
      tells: 'CONNECTION_MULTI from a busy worker makes it ready again',
      configuration: (stage) => services(stage.service('echo', 'prefork=1 maxchild=3')),
      play: async (stage) => {
        await stage.open('echo');
        const guest = await stage.greeted('echo');
        await stage.count('echo', 2);
        await guest.ask('say 4');
        // Two are ready now by what they say; the one that takes the next client is not replaced.
        await stage.greeted('echo');
        return { workers: await stage.count('echo', 2) };
      },
      outcome: { workers: 2 },
    },
    {
      tells: 'a message with an unknown number is ignored',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const guest = await stage.greeted('echo');
        await stage.count('echo', 2);
        await guest.ask('say 99');
        return { workers: await stage.count('echo', 2), next: await stage.visit('echo') };
      },
      outcome: { workers: 2, next: 'greeted' },
    },
    {
      tells: "half a message does not garble the words of the service's other workers",
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const first = await stage.greeted('echo');
        await stage.count('echo', 2);
        await first.ask('half');
        await stage.greeted('echo');
        return { workers: await stage.count('echo', 3) };
      },
      outcome: { workers: 3 },
    },
    {
      tells: 'a worker cannot speak in the name of another one',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const first = await stage.greeted('echo');
        await stage.count('echo', 2);
        const idle = stage.workers('echo').find((pid) => pid !== first.pid) ?? 0;
        await first.ask(`forge 2 ${idle}`);
        return { workers: await stage.count('echo', 2) };
      },
      outcome: { workers: 2 },
      differs: [{ field: 'workers', cyrus: 3, why: SHARED_CHANNEL }],
    },
    {
      tells: 'a message about a pid that nobody has changes nothing',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const guest = await stage.greeted('echo');
        await stage.count('echo', 2);
        await guest.ask('forge 1 999999999');
        return { workers: await stage.count('echo', 2), next: await stage.visit('echo') };
      },
      outcome: { workers: 2, next: 'greeted' },
    },
    {
      tells: 'a worker that is killed from outside while it waits is replaced, four times in a row',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        for (let death = 0; death < 4; death += 1) {
          await stage.count('echo', 1);
          const pid = await stage.oneOf('echo');
          process.kill(pid, 'SIGKILL');
          await stage.until('another one', () => stage.workers('echo').some((other) => other !== pid));
        }
        return { workers: await stage.count('echo', 1), next: await stage.visit('echo') };
      },
      outcome: { workers: 1, next: 'greeted' },
    },
  ],
};

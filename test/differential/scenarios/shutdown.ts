// How a master ends: by which signal, with which code, and who is left.

import type { Chapter, Scenario } from '../support/scenario.ts';
import { services } from '../support/sections.ts';

function endsBy(signal: NodeJS.Signals): Scenario {
  return {
    tells: `${signal} ends the master with 0, and nobody is left`,
    configuration: (stage) => services(stage.service('echo', 'prefork=3')),
    play: async (stage) => {
      await stage.open('echo');
      await stage.count('echo', 3);
      await stage.greeted('echo');
      stage.signal(signal);
      return { code: await stage.end(), left: await stage.left(), visit: await stage.visit('echo') };
    },
    outcome: { code: 0, left: 0, visit: 'refused' },
  };
}

export const SHUTDOWN: Chapter = {
  title: 'The end',
  scenarios: [
    endsBy('SIGTERM'),
    endsBy('SIGINT'),
    endsBy('SIGQUIT'),
    {
      tells: 'a busy client is cut when the master is stopped, for its worker gets SIGTERM',
      configuration: (stage) =>
        services(stage.service('echo', 'prefork=1', `note=${stage.path('diary')} word=echo`)),
      play: async (stage) => {
        await stage.open('echo');
        const guest = await stage.greeted('echo');
        const code = await stage.stop();
        await guest.gone();
        return { code, 'told by TERM': stage.notes('diary').includes('echo TERM') };
      },
      outcome: { code: 0, 'told by TERM': true },
    },
    {
      tells: 'a unix socket is nobody any more after the end',
      configuration: (stage) =>
        services(stage.service('local', `listen="${stage.path('sock')}"`), stage.service('echo')),
      play: async (stage) => {
        await stage.open('echo');
        const code = await stage.stop();
        const visit = await stage.connectTo({ path: stage.path('sock') }).then(
          () => 'accepted',
          () => 'refused',
        );
        return { code, visit };
      },
      outcome: { code: 0, visit: 'refused' },
    },
    {
      tells: 'a master starts again at once where another one has ended',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const guest = await stage.greeted('echo');
        const first = await stage.stop();
        await guest.gone();
        await stage.open('echo');
        return { first, visit: await stage.visit('echo') };
      },
      outcome: { first: 0, visit: 'greeted' },
    },
    {
      tells: 'a worker that pays no attention to SIGTERM does not hold up the end for ever',
      configuration: (stage) => services(stage.service('deaf', 'prefork=1', 'ignore=1')),
      play: async (stage) => {
        await stage.open('deaf');
        await stage.greeted('deaf');
        stage.signal('SIGTERM');
        return { code: await stage.end(15_000), 'somebody is left': stage.leftNow() > 0 };
      },
      outcome: { code: 0, 'somebody is left': false },
      differs: [
        {
          field: 'code',
          cyrus: 'still there',
          why: 'SIGKILL follows SIGTERM at the stop limit. Cyrus waits for as long as one worker hangs, and so does whoever restarts it.',
        },
        { field: 'somebody is left', cyrus: true, why: 'The same.' },
      ],
    },
    {
      tells: 'when the master is killed, its workers serve on until they are told otherwise',
      configuration: (stage) => services(stage.service('echo', 'prefork=2')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.count('echo', 2);
        stage.signal('SIGKILL');
        const code = await stage.end();
        return { code, visit: await stage.visit('echo'), left: stage.leftNow() };
      },
      outcome: { code: 'SIGKILL', visit: 'greeted', left: 2 },
    },
  ],
};

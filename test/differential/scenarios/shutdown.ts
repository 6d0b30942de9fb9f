// How a master ends: by which signal, with which code, and who is left.

import type { Chapter, Scenario } from '../support/scenario.ts';
import { services, starts } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

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

/** A START entry that ends, and the process that it starts before does not. */
function leaves(stage: Stage, words: string): string {
  return `left cmd="${stage.command(`kind=job ${words} note=${stage.path('diary')} word=left`)}"`;
}

async function stopWithLeft(stage: Stage) {
  await stage.open('echo');
  await stage.noted('diary', 'left stays');
  const before = stage.leftNow();
  const code = await stage.stop();
  const left = await stage.left();
  return { code, before, left, told: stage.notes('diary').includes('left TERM') };
}

export const SHUTDOWN: Chapter = {
  title: 'The end',
  scenarios: [
    endsBy('SIGTERM'),
    endsBy('SIGINT'),
    endsBy('SIGQUIT'),
    {
      tells:
        'what a START entry has left in the background as the cyrus user, as idled does, ends with the master',
      configuration: (stage) =>
        [starts(leaves(stage, 'stays=1 becomes=cyrus')), services(stage.service('echo'))].join('\n'),
      play: stopWithLeft,
      outcome: { code: 0, before: 2, left: 0, told: true },
    },
    {
      tells:
        'what a START entry has left in the background without becoming somebody else ends with the master',
      configuration: (stage) =>
        [starts(leaves(stage, 'stays=1')), services(stage.service('echo'))].join('\n'),
      play: stopWithLeft,
      outcome: { code: 0, before: 2, left: 0, told: true },
      differs: [
        {
          field: 'left',
          cyrus: 1,
          why: 'Our START runs as the cyrus user. Cyrus runs it as root, and is not allowed to signal it when it has become cyrus itself.',
        },
        { field: 'told', cyrus: false, why: 'The same.' },
      ],
    },
    {
      tells: 'what a START entry has left in a session of its own outlives the master',
      configuration: (stage) =>
        [starts(leaves(stage, 'stays=2 becomes=cyrus')), services(stage.service('echo'))].join('\n'),
      play: async (stage) => {
        await stage.open('echo');
        await stage.noted('diary', 'left stays');
        return { code: await stage.stop(), left: stage.leftNow() };
      },
      outcome: { code: 0, left: 1 },
    },
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

// What a worker finds when it begins: descriptors, environment, directory, signals, limits.

import { argumentsOf, environmentOf, filesLimitOf, groupOf, statusOf } from '../support/processes.ts';
import type { Chapter } from '../support/scenario.ts';
import { services } from '../support/sections.ts';

export const SURROUNDINGS: Chapter = {
  title: 'What a worker finds',
  scenarios: [
    {
      tells: 'a worker is told its service and its place among the addresses, and inherits the environment',
      configuration: (stage) => services(stage.service('echo', 'prefork=1', 'uses=9')),
      play: async (stage) => {
        await stage.open('echo');
        const { pid } = await stage.greeted('echo');
        const { CYRUS_SERVICE, CYRUS_ID, INHERITED } = environmentOf(pid);
        const [program, ...words] = argumentsOf(pid);
        return {
          service: CYRUS_SERVICE ?? '',
          id: CYRUS_ID ?? '',
          inherited: INHERITED ?? '',
          'program is the first word': program === stage.command(),
          words,
        };
      },
      outcome: {
        service: 'echo',
        id: '0',
        inherited: 'yes',
        'program is the first word': true,
        words: ['uses=9'],
      },
    },
    {
      tells: 'no signal is blocked, and none that ends a worker is ignored',
      configuration: (stage) => services(stage.service('echo', 'prefork=1', 'slow=5000')),
      play: async (stage) => {
        await stage.open('echo');
        await stage.count('echo', 1);
        const [pid = 0] = stage.workers('echo');
        return { blocked: statusOf(pid, 'SigBlk'), ignored: statusOf(pid, 'SigIgn') };
      },
      outcome: { blocked: '0000000000000000', ignored: '0000000000000000' },
    },
    {
      tells: 'a worker is a child of the master itself, as its user, in its process group',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const { pid } = await stage.greeted('echo');
        return {
          'child of the master': stage.workers('echo').includes(pid),
          'same user': statusOf(pid, 'Uid') === statusOf(stage.pid, 'Uid'),
          'process group of the master': groupOf(pid) === groupOf(stage.pid),
        };
      },
      outcome: { 'child of the master': true, 'same user': true, 'process group of the master': false },
      differs: [
        {
          field: 'process group of the master',
          cyrus: true,
          why: "A group of its own: Cyrus's master signals its whole group at a stop, and with it whoever started it from a script.",
        },
      ],
    },
    {
      tells: 'maxfds limits the descriptors of a worker',
      configuration: (stage) => services(stage.service('echo', 'prefork=1 maxfds=64')),
      play: async (stage) => {
        await stage.open('echo');
        const { pid } = await stage.greeted('echo');
        return { files: filesLimitOf(pid) };
      },
      outcome: { files: 64 },
    },
  ],
};

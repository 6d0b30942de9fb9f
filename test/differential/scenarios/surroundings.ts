// What a worker finds when it begins: descriptors, environment, directory, signals, limits.

import {
  argumentsOf,
  descriptorsOf,
  environmentOf,
  filesLimitOf,
  groupOf,
  statusOf,
} from '../support/processes.ts';
import type { Chapter } from '../support/scenario.ts';
import { daemons, services } from '../support/sections.ts';

export const SURROUNDINGS: Chapter = {
  title: 'What a worker finds',
  scenarios: [
    {
      tells: 'the channel is at 3, the socket at 4, nothing to read at 0, and nothing else is open',
      configuration: (stage) => services(stage.service('echo', 'prefork=1')),
      play: async (stage) => {
        await stage.open('echo');
        const { pid } = await stage.greeted('echo');
        const { 0: input, 1: output, 3: channel, 4: listener, ...others } = descriptorsOf(pid);
        const client = others[5];
        return {
          input: input ?? '',
          output: output ?? '',
          channel: channel ?? '',
          listener: listener ?? '',
          'client, accepted by the worker itself': client ?? '',
          'the first five and the client': Object.keys(others).length === 2,
        };
      },
      outcome: {
        input: '/dev/null',
        output: 'pipe',
        channel: 'pipe',
        listener: 'socket',
        'client, accepted by the worker itself': 'socket',
        'the first five and the client': true,
      },
      differs: [
        {
          field: 'output',
          cyrus: '/dev/null',
          why: 'What a worker prints goes to the log with its service and pid. Under Cyrus the last words of a worker that dies are lost.',
        },
      ],
    },
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
        const pid = await stage.oneOf('echo');
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
          'process group of the master': groupOf(pid).group === groupOf(stage.pid).group,
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
    {
      tells: 'a daemon knows that it is one, and has neither socket nor channel',
      configuration: (stage) =>
        daemons(`idle cmd="${stage.command(`kind=daemon note=${stage.path('diary')} word=idle`)}"`),
      play: async (stage) => {
        stage.start();
        await stage.noted('diary', 'idle began');
        const pid = await stage.oneOf('idle');
        const { CYRUS_ISDAEMON, CYRUS_SERVICE } = environmentOf(pid);
        const open = Object.entries(descriptorsOf(pid)).filter(([fd]) => Number(fd) > 2);
        return {
          CYRUS_ISDAEMON: CYRUS_ISDAEMON ?? '',
          CYRUS_SERVICE: CYRUS_SERVICE ?? '',
          'open beside the first three': open.map(([fd, what]) => `${fd} ${what}`),
        };
      },
      outcome: { CYRUS_ISDAEMON: '1', CYRUS_SERVICE: 'idle', 'open beside the first three': [] },
      differs: [
        {
          field: 'open beside the first three',
          cyrus: ['3 /dev/null', '4 /dev/null'],
          why: 'Nothing is open that a daemon could take for a channel or a socket. Cyrus 3.6 hands it what its master has there.',
        },
      ],
    },
  ],
};

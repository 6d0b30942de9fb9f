// Where services listen: addresses, families, unix sockets, datagrams, and what happens when an address cannot be had.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { environmentOf } from '../support/processes.ts';
import type { Chapter } from '../support/scenario.ts';
import { services } from '../support/sections.ts';
import type { Stage } from '../support/stage.ts';

const socketMode = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function unixUp(stage: Stage): Promise<void> {
  stage.start();
  await stage.until('the socket', () => {
    try {
      return statSync(stage.path('sock')).isSocket();
    } catch {
      return false;
    }
  });
}

/** Is anybody greeted there, now or within some seconds? */
async function unixVisit(stage: Stage): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const guest = await stage.connectTo({ path: stage.path('sock') }).catch(() => undefined);
    if (guest && (await stage.within(2_000, () => guest.isGreeted()))) return true;
    await stage.pause(200);
  }
  return false;
}

/** Sends a datagram and waits for the answer. */
async function datagram(host: string, port: number): Promise<string> {
  const socket = createSocket('udp4');
  try {
    socket.send('hello', port, host);
    const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
    return String(answer).split(' ')[0] ?? '';
  } finally {
    socket.close();
  }
}

export const LISTENING: Chapter = {
  title: 'Where services listen',
  scenarios: [
    {
      tells: 'a port alone is every address of both families, each with workers of its own',
      needs: 'IPv6',
      configuration: (stage) => services(stage.service('echo', `listen="${stage.wildcardPort}" prefork=1`)),
      play: async (stage) => {
        stage.start();
        await stage.until('two workers', () => stage.workers('echo').length === 2);
        const ids = stage.workers('echo').map((pid) => environmentOf(pid).CYRUS_ID ?? '');
        const four = await stage.connectTo({ host: '127.0.0.1', port: stage.wildcardPort });
        const six = await stage.connectTo({ host: '::1', port: stage.wildcardPort });
        await stage.until('both to be greeted', () => four.isGreeted() && six.isGreeted());
        return { ids: ids.sort(), 'one worker for both': four.pid === six.pid };
      },
      outcome: { ids: ['0', '1'], 'one worker for both': false },
    },
    {
      tells: 'proto=tcp4 is IPv4 only',
      needs: 'IPv6',
      configuration: (stage) =>
        services(stage.service('echo', `listen="${stage.wildcardPort}" proto=tcp4 prefork=1`)),
      play: async (stage) => {
        stage.start();
        await stage.until('a worker', () => stage.workers('echo').length > 0);
        const six = await stage.connectTo({ host: '::1', port: stage.wildcardPort }).then(
          () => 'accepted',
          () => 'refused',
        );
        const four = await stage.connectTo({ host: '127.0.0.1', port: stage.wildcardPort });
        await stage.until('a greeting', () => four.isGreeted());
        return { workers: await stage.count('echo', 2), six };
      },
      outcome: { workers: 2, six: 'refused' },
    },
    {
      tells: 'maxchild holds for each address family',
      needs: 'IPv6',
      configuration: (stage) =>
        services(stage.service('echo', `listen="${stage.wildcardPort}" prefork=3 maxchild=2`)),
      play: async (stage) => {
        stage.start();
        await stage.within(2_000, () => stage.workers('echo').length === 6);
        return { workers: stage.workers('echo').length };
      },
      outcome: { workers: 4 },
      differs: [
        {
          field: 'workers',
          cyrus: 6,
          why: 'maxchild is asked before every single start, here for each family. Cyrus asks once and then fills up to prefork.',
        },
      ],
    },
    {
      tells: 'a unix socket serves, and everybody may connect',
      configuration: (stage) => services(stage.service('local', `listen="${stage.path('sock')}" prefork=1`)),
      play: async (stage) => {
        await unixUp(stage);
        await stage.count('local', 1);
        const guest = await stage.connectTo({ path: stage.path('sock') });
        await stage.until('a greeting', () => guest.isGreeted());
        return { greeted: true, mode: socketMode(stage.path('sock')) };
      },
      outcome: { greeted: true, mode: '777' },
    },
    {
      tells: 'a unix socket that a master before has left is replaced',
      configuration: (stage) => services(stage.service('local', `listen="${stage.path('sock')}"`)),
      play: async (stage) => {
        await unixUp(stage);
        stage.signal('SIGKILL');
        await stage.end();
        stage.start();
        return { greeted: await unixVisit(stage) };
      },
      outcome: { greeted: true },
    },
    {
      tells: 'a service of datagrams has one worker, whatever prefork says, and it answers',
      configuration: (stage) =>
        services(
          stage.service('ask', `listen="${stage.host}:${stage.port('ask')}" proto=udp prefork=3`, 'kind=udp'),
        ),
      play: async (stage) => {
        stage.start();
        await stage.until('a worker', () => stage.workers('ask').length > 0);
        return {
          answer: await datagram(stage.host, stage.port('ask')),
          workers: await stage.count('ask', 1),
        };
      },
      outcome: { answer: 'hello', workers: 1 },
    },
    {
      tells: 'an address that another service has already costs only the one that came later',
      configuration: (stage) => {
        const listen = `listen="${stage.host}:${stage.port('first')}"`;
        return services(
          stage.service('first', `${listen} prefork=1`),
          stage.service('later', `${listen} prefork=1`),
        );
      },
      play: async (stage) => {
        await stage.open('first');
        return {
          first: await stage.count('first', 1),
          later: await stage.count('later', 0),
          visit: await stage.visit('first'),
        };
      },
      outcome: { first: 1, later: 0, visit: 'greeted' },
    },
    {
      tells: 'a host that nobody knows costs only its own service',
      configuration: (stage) =>
        services(
          stage.service('lost', 'listen="no.such.host.invalid:1143" prefork=1'),
          stage.service('echo', 'prefork=1'),
        ),
      play: async (stage) => {
        await stage.open('echo');
        return { lost: await stage.count('lost', 0), visit: await stage.visit('echo') };
      },
      outcome: { lost: 0, visit: 'greeted' },
    },
    {
      tells: 'a file that is no socket is in the way of a unix socket',
      configuration: (stage) => {
        writeFileSync(stage.path('sock'), 'precious');
        return services(
          stage.service('local', `listen="${stage.path('sock')}" prefork=1`),
          stage.service('echo', 'prefork=1'),
        );
      },
      play: async (stage) => {
        await stage.open('echo');
        const workers = await stage.count('local', 0);
        return { 'the file is left alone': !statSync(stage.path('sock')).isSocket(), workers };
      },
      outcome: { 'the file is left alone': true, workers: 0 },
      differs: [
        {
          field: 'the file is left alone',
          cyrus: false,
          why: 'Only a stale socket is removed. Cyrus removes whatever has the name, and a wrong path in the file costs a file.',
        },
        {
          field: 'workers',
          cyrus: 1,
          why: 'Nothing listens where a file is in the way: nobody is started for it.',
        },
      ],
    },
  ],
};

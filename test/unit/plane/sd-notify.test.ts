// What a service manager hears, through a real datagram socket: the protocol of sd_notify(3), and when WATCHDOG=1 comes.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { FactToTell } from '../../../src/core/facts.ts';
import { encodePeer } from '../../../src/os/linux/addresses.ts';
import { openDatagramSocket } from '../../../src/os/linux/datagram-socket.ts';
import { createLinuxOs } from '../../../src/os/linux/index.ts';
import type { Reloader, ReloadOutcome } from '../../../src/plane/reload.ts';
import { announcing, createServiceManager, takeNotifyWish } from '../../../src/plane/sd-notify.ts';

const directory = mkdtempSync(join(tmpdir(), 'preforkd-notify-'));
after(() => rmSync(directory, { recursive: true }));
const os = createLinuxOs({ runDirectory: directory, listenFds: { count: 0, names: [] } });

const PID = 4711;
const imap = { owner: 'service', service: 'imap', family: 'ipv4' } as const;
const READY: FactToTell = { kind: 'master-ready', unbound: 0 };
const OPENED: FactToTell = {
  ...imap,
  kind: 'breaker-opened',
  failures: 5,
  retryInMs: 1_000,
  lastExit: 'exit 1',
  lastStderr: 'no\nway',
};

function heard(watchdogMs?: number) {
  const receiver = os.openNotify(undefined);
  assert.ok(receiver.ok);
  const socket = openDatagramSocket(receiver.path);
  assert.ok(socket);
  socket.keep(0);
  let now = 5_000;
  const manager = createServiceManager({ socket: receiver.path, watchdogMs }, PID, () => now);
  manager.opened(socket.fd);
  return {
    manager,
    learn: (...facts: FactToTell[]) => {
      for (const fact of facts) manager.learn({ ...fact, at: 0 });
    },
    wait: (ms: number) => {
      now += ms;
    },
    messages: () => {
      const all: string[] = [];
      for (;;) {
        const outcome = os.read(receiver.fd, 4_096);
        if (outcome.kind !== 'data') return all;
        all.push(Buffer.from(outcome.bytes).toString());
      }
    },
  };
}

describe('what is meant for us', () => {
  test('is taken out of the environment, for no child may read it', () => {
    const environment = { NOTIFY_SOCKET: '@x', WATCHDOG_USEC: '30000000', WATCHDOG_PID: '4711', A: 'b' };
    assert.deepEqual(takeNotifyWish(environment, PID), { socket: '@x', watchdogMs: 30_000 });
    assert.deepEqual(environment, { A: 'b' });
  });

  test('is a watchdog without a pid or with ours, and a socket that there can be', () => {
    const wish = (environment: NodeJS.ProcessEnv) => takeNotifyWish(environment, PID);
    const silent = { socket: undefined, watchdogMs: undefined };
    assert.deepEqual(wish({ NOTIFY_SOCKET: '/s', WATCHDOG_USEC: '1000' }), { socket: '/s', watchdogMs: 1 });
    const others = { NOTIFY_SOCKET: '/s', WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' };
    assert.deepEqual(wish(others), { socket: '/s', watchdogMs: undefined });
    assert.deepEqual(wish({ WATCHDOG_USEC: '1000' }), silent);
    assert.deepEqual(wish({ NOTIFY_SOCKET: 'vsock:2:3' }), silent);
    assert.deepEqual(wish({ NOTIFY_SOCKET: '/s', WATCHDOG_USEC: 'x' }), {
      socket: '/s',
      watchdogMs: undefined,
    });
  });
});

describe('the life of a master', () => {
  test('ready, stopping, each with how it is in words', () => {
    const { learn, messages } = heard();
    learn({ kind: 'master-started', file: '/etc/x.conf', services: 1 });
    assert.deepEqual(messages(), []);
    learn(READY);
    assert.deepEqual(messages(), ['READY=1\nSTATUS=ready: every service listens']);
    learn({ kind: 'stopping', reason: 'SIGTERM', active: 2, limitMs: 30_000 });
    assert.deepEqual(messages(), ['STOPPING=1\nSTATUS=stopping (SIGTERM): 2 workers to drain within 30 s']);
  });

  test('a process that was started by another tells that it is the main one', () => {
    const { manager, messages } = heard();
    manager.isMain();
    assert.deepEqual(messages(), ['MAINPID=4711']);
  });

  test('what is wrong comes before how the whole is; a look tells it, once', () => {
    const { learn, manager, messages } = heard();
    learn(READY, OPENED, { ...imap, service: 'pop3', kind: 'service-unbound' });
    messages();
    manager.looked(0, undefined);
    manager.looked(0, undefined);
    const [line = '', ...more] = messages();
    assert.match(line, /^STATUS=.*imap.*\(and 1 more\)$/);
    assert.deepEqual(more, []);
    learn(
      { ...imap, kind: 'breaker-closed', afterMs: 1 },
      { ...imap, service: 'pop3', kind: 'service-removed', active: 0 },
    );
    manager.looked(0, undefined);
    assert.deepEqual(messages(), ['STATUS=ready: every service listens']);
  });

  test('a stall is told as it was found, and its end', () => {
    const { learn, manager, messages } = heard();
    learn(READY);
    messages();
    manager.looked(10_000, 'no turn for 10 s');
    manager.looked(11_000, 'no turn for 11 s');
    manager.looked(0, undefined);
    assert.deepEqual(messages(), ['STATUS=no turn for 10 s', 'STATUS=ready: every service listens']);
  });

  test('a supervisor that contradicted itself is a stop', () => {
    const { manager, messages } = heard();
    manager.failing();
    assert.match(messages().join(), /^STOPPING=1\nSTATUS=the supervisor contradicted itself/);
  });
});

describe('a reload', () => {
  const reloading = (outcome: () => Promise<ReloadOutcome>) => {
    const all = heard();
    const reloader = announcing({ reload: outcome } as Reloader, all.manager);
    return { ...all, reloader };
  };

  test('is announced with the time, and its end with how it went', async () => {
    const { reloader, learn, messages } = reloading(async () => ({
      kind: 'applied',
      text: 'reloaded\nmore',
    }));
    learn(READY);
    messages();
    await reloader.reload();
    assert.deepEqual(messages(), [
      'RELOADING=1\nMONOTONIC_USEC=5000000\nSTATUS=the configuration is read again',
      'READY=1\nSTATUS=reloaded',
    ]);
  });

  test('that is refused, or throws, leaves a master that is ready', async () => {
    const refused = reloading(async () => ({ kind: 'refused', text: 'x:1:1: error' }));
    refused.learn(READY);
    await refused.reloader.reload();
    assert.match(refused.messages().at(-1) ?? '', /^READY=1\nSTATUS=reload refused, the old/);
    const broken = reloading(() => Promise.reject(new Error('no')));
    broken.learn(READY);
    await assert.rejects(broken.reloader.reload());
    assert.match(broken.messages().at(-1) ?? '', /^READY=1/);
  });

  test('before the master is up or while it stops says nothing: it would be taken for ready', async () => {
    const { reloader, learn, messages } = reloading(async () => ({ kind: 'applied', text: '' }));
    await reloader.reload();
    assert.deepEqual(messages(), []);
    learn(READY, { kind: 'stopping', reason: 'SIGTERM', active: 0, limitMs: 1 });
    messages();
    await reloader.reload();
    assert.deepEqual(messages(), []);
  });
});

describe('WATCHDOG=1', () => {
  const pings = (messages: readonly string[]) => messages.filter((text) => text === 'WATCHDOG=1').length;

  test('comes at half of the interval while the supervisor turns, and not while it does not', () => {
    const { manager, wait, messages } = heard(30_000);
    const look = (times: number, quietMs: number) => {
      for (let second = 0; second < times; second += 1) {
        wait(1_000);
        manager.looked(quietMs, undefined);
      }
      return pings(messages());
    };
    assert.equal(look(1, 0), 1);
    assert.equal(look(60, 1_000), 4);
    assert.equal(look(60, 3_000), 0);
    assert.equal(look(1, 0), 1);
  });

  test('wants to be looked at more often when the interval is short', () => {
    assert.equal(heard(1_000).manager.lookEveryMs, 500);
    assert.equal(heard(60_000).manager.lookEveryMs, 1_000);
    assert.equal(heard().manager.lookEveryMs, 1_000);
  });

  test('nobody asked for it: it does not come', () => {
    const { manager, messages } = heard();
    manager.looked(0, undefined);
    assert.equal(pings(messages()), 0);
  });
});

test('the name of a peer: a path ends in a NUL, an abstract name begins with one, and counts to its last byte', () => {
  const encoded = (name: string) => {
    const peer = encodePeer(name);
    assert.ok(peer.ok);
    return Buffer.from(peer.bytes.subarray(2, peer.length)).toString();
  };
  assert.equal(encoded('/run/x'), '/run/x\0');
  assert.equal(encoded('@run/x'), '\0run/x');
  assert.equal(openDatagramSocket(''), undefined);
});

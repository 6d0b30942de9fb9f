// Protocol inetd: one process per connection, which is its stdin and stdout. maxchild bounds them, the rest waits in
// the kernel's queue, and what they say on stderr is logged.

import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { LEMMING, startMaster } from './harness.ts';
import { activePeak, ledgerIsExact, services } from './reckoning.ts';

const PLAIN = `plain cmd="${LEMMING} --inetd" listen="127.0.0.1:0" protocol=inetd`;

test('stdin and stdout are the connection, stderr is the log, and there is nothing else', async (t) => {
  const master = await startMaster(t, services('plain cmd="/bin/cat" listen="127.0.0.1:0" protocol=inetd'));
  assert.deepEqual(master.children(), []);
  const client = await master.client('plain');
  assert.equal(await client.ask('as plain as that'), 'as plain as that');
  const { workers } = await master.settled('plain', { busy: 1, active: 1, connections: 1 });
  const pid = workers[0]?.pid;
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  assert.equal(links.length, 3);
  assert.match(String(links), /^(socket:\[\d+\]),\1,pipe:\[\d+\]$/);
  await client.end();
  assert.equal((await master.event('exited', { pid })).how, 'exit 0');
  await master.settled('plain', { active: 0 });
  await ledgerIsExact(master);
});

test('stderr goes to the log with the pid, and not to the client', async (t) => {
  const master = await startMaster(t, services(PLAIN));
  const client = await master.client('plain');
  const pid = Number((await client.line()).split(' ')[1]);
  assert.equal(await client.ask('stderr mind the step'), 'written');
  const { stream, service } = await master.event('output', { pid, line: 'mind the step' });
  assert.deepEqual({ stream, service }, { stream: 'stderr', service: 'plain' });
});

test('maxchild bounds the processes; the next client waits until one has ended', async (t) => {
  const master = await startMaster(t, services(`${PLAIN} maxchild=2`));
  const [first, second] = await Promise.all([master.client('plain'), master.client('plain')]);
  await first.line();
  await second.line();
  const third = await master.client('plain');
  await master.settled('plain', { busy: 2, queue: 1 });
  assert.equal(third.text, '');
  await first.ask('bye');
  assert.match(await third.line(), /^lemming/);
  await master.settled('plain', { busy: 2, queue: 0, connections: 3 });
  assert.equal(activePeak(master, 'plain'), 2);
});

test('a client that leaves ends its process, and a crash ends the connection', async (t) => {
  const master = await startMaster(t, services(PLAIN));
  const leaver = await master.client('plain');
  const left = Number((await leaver.line()).split(' ')[1]);
  leaver.socket.destroy();
  await master.event('exited', { pid: left, reason: 'clean' });
  const victim = await master.client('plain');
  await victim.line();
  victim.send('crash');
  await victim.gone();
  await master.event('exited', { reason: 'failure', lastStderr: 'lemming: crashes on command' });
  await master.settled('plain', { active: 0, state: 'running' });
});

// What workers print goes to the log, line by line, with service and pid: cut when it is long, limited when there is
// too much of it, and never a danger to the log or the terminal of who reads it.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LEMMING, startMaster } from './harness.ts';
import { metric, ownDirectory, services } from './reckoning.ts';

const ECHO = services(`echo cmd="${LEMMING}" listen="127.0.0.1:0"`);

test('lines of stdout and stderr carry service and pid', async (t) => {
  const master = await startMaster(t, ECHO);
  const client = await master.client('echo');
  const pid = Number((await client.line()).split(' ')[1]);
  await client.ask('stdout mailboxes are fine');
  await client.ask('stderr quota file is old');
  const out = await master.event('output', { stream: 'stdout' });
  const err = await master.event('output', { stream: 'stderr' });
  assert.deepEqual([out.service, out.pid, out.line], ['echo', pid, 'mailboxes are fine']);
  assert.deepEqual([err.service, err.pid, err.line], ['echo', pid, 'quota file is old']);
  assert.equal(out.msg, `echo/ipv4[${pid}] stdout: mailboxes are fine`);
});

test('the last words of a worker are its last line on stderr, also when it has no end', async (t) => {
  const program = join(ownDirectory(t), 'talker.sh');
  writeFileSync(program, '#!/bin/sh\nprintf "first\\nlast" >&2\nexit 3\n', { mode: 0o755 });
  const master = await startMaster(t, services(`talker cmd="${program}" listen="127.0.0.1:0" prefork=1`));
  await master.event('output', { line: 'first' });
  await master.event('output', { line: 'last' });
  const { lastStderr, how } = await master.event('exited');
  assert.deepEqual({ lastStderr, how }, { lastStderr: 'last', how: 'exit 3' });
});

test('a long line is cut, and control characters reach no terminal', async (t) => {
  const master = await startMaster(t, ECHO);
  const client = await master.client('echo');
  await client.line();
  await client.ask(`stdout ${'long'.repeat(3000)}`);
  await client.ask('stderr \u001b[31mred\u0007');
  const first = await master.event('output', { stream: 'stdout' });
  assert.equal((first.line as string).length, 4096);
  const red = await master.event('output', { stream: 'stderr' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  assert.doesNotMatch(red.msg, /[\u0000-\u001f]/);
});

test('twenty thousand lines at once are limited, and what was dropped is told and counted', async (t) => {
  const master = await startMaster(t, ECHO);
  const client = await master.client('echo');
  await client.line();
  assert.equal(await client.ask('spew 20000'), 'written');
  const dropped = await master.until('dropped lines', async () => {
    const lines = await metric(master, 'preforkd_output_dropped_lines_total');
    return lines > 0 ? lines : undefined;
  });
  assert.ok(dropped < 20_000);
  await master.until('all lines to be passed on or dropped', async () => {
    const lost = await metric(master, 'preforkd_output_dropped_lines_total');
    return master.events('output').length + lost === 20_000;
  });
  // The next line that is passed on tells how many were not.
  await master.until('the log to tell it', async () => {
    await client.ask('stdout after the flood');
    const told = master.events('output-dropped').reduce((sum, line) => sum + (line.lines as number), 0);
    return told === (await metric(master, 'preforkd_output_dropped_lines_total'));
  });
  assert.equal(await client.ask('echo none the worse'), 'none the worse');
});

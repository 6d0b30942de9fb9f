// The command line against a real master: pause, resume, scale, why, status; and what it says when something is
// wrong: no master, no such service, bad arguments.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { LEMMING, PREFORKD, run, startMaster, until } from './harness.ts';

const BODY = `SERVICES {
  lemming cmd="${LEMMING}" listen="127.0.0.1:0" prefork=1 maxchild=2
}`;

describe('the command line', () => {
  test('pause spawns nobody, resume lifts that, and why says both', async (t) => {
    const master = await startMaster(t, BODY);
    await master.settled('lemming', { ready: 1, starting: 0 });
    assert.match((await master.cli('pause', 'lemming')).stdout, /lemming is paused/);
    const first = await master.client('lemming');
    await first.line();
    const second = await master.client('lemming');
    await master.settled('lemming', { state: 'paused', queue: 1, busy: 1, active: 1 });
    const why = await master.cli('why', 'lemming');
    assert.match(why.stdout, /1 client waits.*it is paused: "preforkd resume lemming" lifts that/);
    assert.equal((await master.cli('resume', 'lemming')).code, 0);
    assert.match(await second.line(), /^lemming/);
    await master.settled('lemming', { state: 'running', busy: 2 });
  });

  test('scale takes effect at once, until the next reload; why names the limit', async (t) => {
    const master = await startMaster(t, BODY);
    const held = [await master.client('lemming'), await master.client('lemming')];
    for (const client of held) await client.line();
    const waiting = await master.client('lemming');
    await master.settled('lemming', { queue: 1, busy: 2 });
    assert.match((await master.cli('why', 'lemming')).stdout, /all 2 workers that maxchild allows are alive/);
    const scaled = await master.cli('scale', 'lemming', 'maxchild=5', 'prefork=2');
    assert.deepEqual([scaled.code, scaled.stderr], [0, '']);
    assert.match(await waiting.line(), /^lemming/);
    await master.settled('lemming', { prefork: 2, maxchild: 5, ready: 2, busy: 3 });
    assert.match((await master.cli('why', 'lemming')).stdout, /all 5 workers|nothing more is needed/);
    assert.equal((await master.cli('reload', '--wait')).code, 0);
    await master.settled('lemming', { prefork: 1, maxchild: 2 });
  });

  test('status is a table for people, and with --json what /api/status says', async (t) => {
    const master = await startMaster(t, BODY);
    await master.settled('lemming', { ready: 1, starting: 0 });
    const table = await master.cli('status');
    assert.match(table.stdout, /lemming/);
    assert.match(table.stdout, new RegExp(`${(await master.service('lemming')).workers[0]?.pid}`));
    const parse = (text: string) => JSON.parse(text) as { master: object; services: { workers: object[] }[] };
    const timeless = (text: string) => {
      const { master: top, services, ...rest } = parse(text);
      const moving = ['uptimeSeconds', 'turns', 'memoryBytes', 'ageSeconds', 'stateSeconds', 'cpuPercent'];
      const settled = JSON.stringify({ top, services, rest }, (key, value: unknown) =>
        moving.includes(key) ? undefined : value,
      );
      return JSON.parse(settled) as unknown;
    };
    const shown = await master.cli('status', '--json');
    assert.deepEqual(timeless(shown.stdout), timeless((await master.get('/api/status')).body));
  });
});

describe('what is wrong is said', () => {
  test('no master runs: exit 69, with the path that was tried', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'preforkd-e2e-'));
    t.after(() => rmSync(directory, { recursive: true, force: true }));
    const socket = join(directory, 'nobody.sock');
    for (const words of [
      ['status'],
      ['why', 'x'],
      ['reload', '--wait'],
      ['stop'],
      ['pause', 'x'],
      ['scale', 'x', 'prefork=1'],
    ]) {
      const answer = await run(process.execPath, [PREFORKD, ...words, '--socket', socket], directory);
      assert.equal(answer.code, 69, words.join(' '));
      assert.match(answer.stderr, /^preforkd: no master runs at .*nobody\.sock/);
      assert.equal(answer.stdout, '');
    }
  });

  test('a wrong service name: did you mean', async (t) => {
    const master = await startMaster(t, BODY);
    for (const words of [['why'], ['pause'], ['resume'], ['scale', 'prefork=1']]) {
      const [verb = '', ...more] = words;
      const answer = await master.cli(verb, 'leming', ...more);
      assert.equal(answer.code, 1, verb);
      assert.match(answer.stderr, /no service "leming".*did you mean.*lemming/, verb);
    }
    const far = await master.cli('why', 'imap');
    assert.match(far.stderr, /no service "imap" \(there are: lemming\)/);
  });

  test('bad arguments: exit 64, and nothing happens', async (t) => {
    const master = await startMaster(t, BODY);
    await master.settled('lemming', { ready: 1, starting: 0 });
    for (const words of [
      ['scale', 'lemming'],
      ['scale', 'lemming', 'prefork=many'],
      ['scale', 'lemming', 'prefork=-1'],
      ['scale', 'lemming', 'maxforkrate=3'],
      ['pause'],
      ['reboot'],
      ['status', '--jsno'],
    ]) {
      const answer = await master.cli(...words);
      assert.equal(answer.code, 64, `${words.join(' ')}: ${answer.stdout}`);
      assert.notEqual(answer.stderr, '', words.join(' '));
    }
    await until('nothing to have changed', async () => {
      const { prefork, maxchild, active } = await master.service('lemming');
      return prefork === 1 && maxchild === 2 && active === 1;
    });
  });

  test('prefork above maxchild is refused', async (t) => {
    const master = await startMaster(t, BODY);
    const answer = await master.cli('scale', 'lemming', 'prefork=9');
    assert.deepEqual([answer.code, answer.stderr], [1, 'prefork=9 would be more than maxchild=2\n']);
    const { prefork, maxchild } = await master.service('lemming');
    assert.deepEqual([prefork, maxchild], [1, 2]);
  });
});

// Workers of the other protocols, daemons and jobs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type DaemonOptions,
  daemonProgram,
  type JobOptions,
  jobProgram,
} from '../../../../../src/os/sim/programs/index.ts';
import { IMAP, Stage, UDP } from './support/stage.ts';

describe('systemd', () => {
  test('READY when it is up, serves any number at once without a word, STOPPING after SIGTERM', () => {
    const stage = new Stage();
    const worker = stage.systemd();
    stage.pass(100);
    assert.equal(worker.text(), 'READY=1\nSTATUS=ready');
    for (let client = 0; client < 5; client += 1) stage.client({ holdMs: 1_000 });
    stage.pass(500);
    assert.equal(stage.outcomes, 'greeted '.repeat(5).trim());
    assert.equal(worker.text(), '');
    worker.signal('SIGTERM');
    stage.pass(10);
    assert.equal(worker.text(), 'STOPPING=1');
    assert.equal(worker.ending, 'running');
    stage.pass(1_000);
    assert.equal(worker.ending, 'exit 0');
  });

  test('WATCHDOG twice in its time; not from one that hangs', () => {
    const stage = new Stage();
    const calm = stage.systemd({}, ['WATCHDOG_USEC=2000000']);
    const hanging = stage.systemd({ behaviour: 'hang-idle' }, ['WATCHDOG_USEC=2000000']);
    stage.pass(10_500);
    assert.equal(calm.text().match(/WATCHDOG=1/g)?.length, 10);
    assert.ok((hanging.text().match(/WATCHDOG=1/g)?.length ?? 0) <= 1);
  });
});

describe('inetd', () => {
  test('the connection is its stdin and stdout; it exits 0 when its client has gone', () => {
    const stage = new Stage();
    stage.listener(IMAP);
    stage.client();
    stage.pass(10);
    const worker = stage.inetd();
    stage.pass(1_000);
    assert.equal(stage.outcomes, 'greeted served');
    assert.equal(worker.ending, 'exit 0');
  });
});

describe('datagrams', () => {
  test('one at a time: UNAVAILABLE and CONNECTION, work, AVAILABLE', () => {
    const stage = new Stage();
    const worker = stage.worker({ protocol: 'datagram', workMs: 100 });
    stage.client({ address: UDP, requests: 2, holdMs: 0 });
    stage.pass(120);
    assert.equal(stage.outcomes, 'sent');
    assert.equal(worker.says(), 'available unavailable connection');
    stage.pass(500);
    assert.equal(worker.says(), 'available unavailable connection available');
    worker.signal('SIGHUP');
    stage.pass(10);
    assert.equal(worker.ending, 'exit 0');
  });

  test('of two workers one takes it, and the other says nothing', () => {
    const stage = new Stage();
    const workers = [stage.worker({ protocol: 'datagram' }), stage.worker({ protocol: 'datagram' })];
    stage.pass(100);
    stage.client({ address: UDP, requests: 1 });
    stage.pass(100);
    const said = workers.map((worker) => worker.says()).sort();
    assert.deepEqual(said, ['available', 'available unavailable connection available']);
  });

  test('nobody bound there: refused', () => {
    const stage = new Stage();
    stage.client({ address: UDP });
    stage.pass(10);
    assert.equal(stage.outcomes, 'refused');
  });
});

const DAEMON: DaemonOptions = {
  waits: true,
  startupMs: 100,
  behaviour: 'well-behaved',
  misbehavesAfterMs: 1_000,
  healed: () => false,
};

describe('a daemon', () => {
  test('says ok when it is up, and lives until SIGTERM', () => {
    const stage = new Stage();
    const daemon = stage.spawn(daemonProgram(DAEMON));
    stage.pass(90);
    assert.equal(daemon.text(), '');
    stage.pass(20);
    assert.equal(daemon.text(), 'ok\r\n');
    stage.pass(100_000);
    assert.equal(daemon.ending, 'running');
    daemon.signal('SIGTERM');
    stage.pass(10);
    assert.equal(daemon.ending, 'exit 0');
  });

  for (const [behaviour, text, ending] of [
    ['late', 'ok\r\n', /^running$/],
    ['never-up', '', /^running$/],
    ['garbage', 'yes?\r\n', /^running$/],
    ['half-ok', 'ok\r\n', /^running$/],
    ['crash-at-start', '', /^(exit 1|SIG.*)$/],
    ['crash', 'ok\r\n', /^(exit 1|SIG.*)$/],
    ['exit-0', 'ok\r\n', /^exit 0$/],
  ] as const) {
    test(`${behaviour}: says ${JSON.stringify(text)}, then: ${ending.source}`, () => {
      const stage = new Stage();
      const daemon = stage.spawn(daemonProgram({ ...DAEMON, behaviour }));
      stage.pass(10_000);
      assert.equal(daemon.text(), text);
      assert.match(daemon.ending, ending);
    });
  }

  test('ignore-term: goes on, and heeds it when the world is well', () => {
    const stage = new Stage();
    let healed = false;
    const daemon = stage.spawn(daemonProgram({ ...DAEMON, behaviour: 'ignore-term', healed: () => healed }));
    stage.pass(200);
    daemon.signal('SIGTERM');
    stage.pass(5_000);
    assert.equal(daemon.ending, 'running');
    healed = true;
    stage.pass(1_000);
    assert.equal(daemon.ending, 'exit 0');
  });
});

const JOB: JobOptions = { runMs: 1_000, behaviour: 'well-behaved', healed: () => false };

describe('a job', () => {
  for (const [behaviour, ending] of [
    ['well-behaved', /^exit 0$/],
    ['fails', /^exit [1-9]\d*$/],
    ['crash', /^(exit 1|SIG.*)$/],
    ['hangs', /^SIGTERM$/],
    ['ignore-term', /^running$/],
    ['grandchild', /^exit 0$/],
  ] as const) {
    test(`${behaviour}: ${ending.source} after its time and a SIGTERM`, () => {
      const stage = new Stage();
      const job = stage.spawn(jobProgram({ ...JOB, behaviour }));
      stage.pass(500);
      const early = job.ending;
      assert.match(early, behaviour === 'grandchild' ? /^exit 0$/ : /^(running|exit 1|SIG.*)$/);
      assert.equal(stage.kernel.living() > 0, behaviour !== 'crash' || early === 'running');
      stage.pass(600);
      if (job.ending === 'running') job.signal('SIGTERM');
      stage.pass(10);
      assert.match(job.ending, ending);
    });
  }

  test('healed, those that hang end well', () => {
    const stage = new Stage();
    let healed = false;
    const job = stage.spawn(jobProgram({ ...JOB, behaviour: 'hangs', healed: () => healed }));
    stage.pass(5_000);
    healed = true;
    stage.pass(500);
    assert.equal(job.ending, 'exit 0');
  });
});

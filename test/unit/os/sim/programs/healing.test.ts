// Whatever a worker has done: when the world is well again, it is dead, or it serves clients and heeds SIGTERM.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Behaviour, behavioursOf } from '../../../../../src/os/sim/programs/index.ts';
import { type Actor, IMAP, Stage } from './support/stage.ts';

interface World {
  healed: boolean;
}

const STARTS: Record<string, (stage: Stage, behaviour: Behaviour, world: World) => Actor> = {
  'for one client': (stage, behaviour, world) => stage.worker({ behaviour, healed: () => world.healed }),
  'for three clients': (stage, behaviour, world) =>
    stage.worker({ behaviour, healed: () => world.healed }, ['PREFORKD_CLIENT_LIMIT=3']),
  'C program': (stage, behaviour, world) =>
    stage.worker({ behaviour, announces: false, healed: () => world.healed }),
  systemd: (stage, behaviour, world) =>
    stage.systemd({ behaviour, healed: () => world.healed }, ['WATCHDOG_USEC=1000000']),
};

for (const [kind, start] of Object.entries(STARTS)) {
  for (const behaviour of behavioursOf(kind === 'systemd' ? 'systemd' : 'cyrus')) {
    test(`${kind}: ${behaviour}`, () => {
      const stage = new Stage();
      const world = { healed: false };
      const worker = start(stage, behaviour, world);
      for (let client = 0; client < 10; client += 1) {
        stage.client({ kind: client % 2 === 0 ? 'polite' : 'hang-up' });
        stage.pass(500);
      }
      // Who cannot write to a full pipe stands still for as long as the master does not read.
      worker.output();
      worker.bytes();
      world.healed = true;
      stage.pass(15_000);
      const alive = worker.ending === 'running';
      const before = stage.results.length;
      if (alive) stage.client();
      stage.pass(1_000);
      assert.equal(stage.outcomes.split(' ').slice(before).join(' '), alive ? 'greeted served' : '');
      if (alive) worker.signal('SIGTERM');
      stage.pass(1_000);
      assert.notEqual(worker.ending, 'running');
      assert.equal(stage.kernel.living(), 0);
    });
  }
}

for (const behaviour of behavioursOf('inetd')) {
  test(`inetd: ${behaviour} ends with its client, at the latest when the world is well`, () => {
    const stage = new Stage();
    const world = { healed: false };
    stage.listener(IMAP);
    stage.client({ holdMs: 3_000 });
    stage.pass(10);
    const worker = stage.inetd({ behaviour, healed: () => world.healed });
    stage.pass(5_000);
    worker.output();
    world.healed = true;
    stage.pass(5_000);
    assert.match(worker.ending, /^exit|^SIG/);
    assert.match(stage.outcomes, /(served|reset)$/);
    assert.equal(stage.kernel.living(), 0);
  });
}

// Incident 1 in virtual time: with the kernel of the incident, which interrupts a poll though something is ready, the loop
// that goes back to its top stalls, and ours serves; with Linux, which tells what is ready first, neither does. That is
// why `preforkd storm incident stalled-master` injects its interruptions. bench/rig/loops.ts has both loops.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CLIENTS,
  CLIENTS_MS,
  PREFORK,
  type StalledOptions,
  StalledWorld,
  WINDOW,
} from './support/stalled-world.ts';

const SEED = 2016;

const run = (options: Omit<StalledOptions, 'seed'>) => new StalledWorld({ ...options, seed: SEED }).run();

/** The workers that were ready take one client each without the master's help, in far less time than this. */
const SPENT_MS = 500;
const begin = WINDOW.fromMs + SPENT_MS;
const end = WINDOW.untilMs - 1;

describe('polls that are interrupted though something is ready', () => {
  const old = run({ loop: 'restarts-when-interrupted', interruptions: 'solaris' });
  const ours = run({ loop: 'completes', interruptions: 'solaris' });

  test('the old loop completes no turn, and reads no message', () => {
    assert.equal(old.at(end).turnsCompleted, old.at(begin).turnsCompleted);
    assert.ok(old.at(begin).unreadBytes > 0);
    assert.equal(old.at(end).unreadBytes, old.at(begin).unreadBytes);
  });

  test('its counts are wrong: it believes in ready workers, and there are none', () => {
    assert.deepEqual([old.at(end).readyBelieved, old.at(end).readyTrue], [PREFORK, 0]);
  });

  test('it serves no new client, who all wait', () => {
    assert.equal(old.at(end).greeted, old.at(begin).greeted);
    const came = old.at(end).waiting - old.at(begin).waiting;
    assert.ok(came > 20, `${came} clients came meanwhile`);
  });

  test('it recovers when the interruptions end', () => {
    const last = old.looks.at(-1);
    assert.deepEqual([last?.greeted, last?.waiting, last?.unreadBytes, old.gone], [CLIENTS, 0, 0, 0]);
  });

  test('ours completes its turns, reads, counts right and serves', () => {
    assert.ok(ours.at(end).turnsCompleted > ours.at(begin).turnsCompleted + 100);
    const arrived = Math.floor((end / CLIENTS_MS) * CLIENTS);
    assert.ok(ours.at(end).greeted >= arrived - 2, `${ours.at(end).greeted} of ${arrived} greeted`);
    const looks = ours.looks.filter(({ atMs }) => atMs >= begin && atMs <= end);
    assert.ok(looks.every(({ waiting }) => waiting <= 3));
    // A word that has just been said is read in the next turn: believed and true differ by those on their way.
    const apart = looks.filter(({ readyBelieved, readyTrue }) => readyBelieved !== readyTrue);
    assert.ok(apart.length < looks.length / 10, `${apart.length} of ${looks.length} looks`);
  });

  test('the same seed gives the same run', () => {
    const again = run({ loop: 'restarts-when-interrupted', interruptions: 'solaris' });
    assert.deepEqual(again.looks, old.looks);
  });
});

describe('the same signals on Linux', () => {
  for (const loop of ['restarts-when-interrupted', 'completes'] as const) {
    test(`${loop}: everybody is served`, () => {
      const world = run({ loop, interruptions: 'linux' });
      assert.ok(world.at(end).turnsCompleted > world.at(begin).turnsCompleted);
      assert.ok(world.at(end).greeted > world.at(begin).greeted + 20);
      assert.ok(world.at(end).waiting <= 3);
      assert.equal(world.looks.at(-1)?.greeted, CLIENTS);
    });
  }
});

// Cyrus's registry of processes: a line per child in the shape that `cyr_info proc` reads, which never replaces what
// the child says of itself, and is gone when the child is.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { EVENT_SAMPLES } from '../../../scripts/lib/event-samples.ts';
import type { Fact } from '../../../src/core/facts.ts';
import { createProcessRegistry } from '../../../src/plane/cyrus-processes.ts';

/** Above every pid_max. */
const PID = 2 ** 22 + 7;

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'preforkd-proc-'));
  path = join(directory, 'proc');
});
afterEach(() => rmSync(directory, { recursive: true }));

const fact = (kind: 'spawned' | 'exited', change: Record<string, unknown> = {}): Fact =>
  ({ kind, at: Date.now(), ...EVENT_SAMPLES[kind], pid: PID, ...change }) as Fact;
const line = (pid = PID) => readFileSync(join(path, String(pid)), 'utf8');

describe('the registry of processes', () => {
  test('has a line of five fields for a child, until it ends', () => {
    const registry = createProcessRegistry(path);
    registry.learn(fact('spawned'));
    assert.equal(line(), 'imap\t\t\t\t\n');
    registry.learn(fact('exited'));
    assert.deepEqual(readdirSync(path), []);
  });

  test('holds daemons and events, but no START, as Cyrus does', () => {
    const registry = createProcessRegistry(path);
    for (const [index, owner] of ['service', 'daemon', 'event', 'start'].entries())
      registry.learn(fact('spawned', { owner, service: owner, pid: PID + index }));
    assert.deepEqual(
      readdirSync(path).map((name) => line(Number(name)).trim()),
      ['service', 'daemon', 'event'],
    );
  });

  test('leaves alone what the child has written of itself', () => {
    const registry = createProcessRegistry(path);
    registry.learn(fact('spawned', { pid: PID + 1 }));
    writeFileSync(join(path, String(PID)), 'imap\tclient.test [::1]\tanna\tuser.anna\tIdle\n');
    registry.learn(fact('spawned'));
    assert.match(line(), /anna/);
  });

  test('replaces the line of a process that had the pid before', () => {
    const registry = createProcessRegistry(path);
    registry.learn(fact('spawned', { pid: PID + 1 }));
    writeFileSync(join(path, String(PID)), 'pop3\told\n');
    utimesSync(join(path, String(PID)), 1_000, 1_000);
    registry.learn(fact('spawned'));
    assert.equal(line(), 'imap\t\t\t\t\n');
  });

  test('does not write through a link', () => {
    const registry = createProcessRegistry(path);
    registry.learn(fact('spawned', { pid: PID + 1 }));
    const victim = join(directory, 'victim');
    symlinkSync(victim, join(path, String(PID)));
    registry.learn(fact('spawned'));
    assert.equal(existsSync(victim), false);
  });

  test('removes what crashed children of a dead master have left, and nothing else', () => {
    const registry = createProcessRegistry(path);
    const dead = spawnSync('/bin/true').pid;
    registry.learn(fact('spawned', { pid: dead }));
    registry.learn(fact('spawned', { pid: process.pid }));
    writeFileSync(join(path, `${dead}.new`), '');
    writeFileSync(join(path, 'README'), '');
    registry.clear();
    assert.deepEqual(readdirSync(path).toSorted(), [String(process.pid), 'README']);
  });

  test('makes its directory for the owner of the one above', { skip: process.geteuid?.() !== 0 }, () => {
    chownSync(directory, 12_345, 12_346);
    createProcessRegistry(path).learn(fact('spawned'));
    const { uid, gid } = statSync(path);
    assert.deepEqual([uid, gid], [12_345, 12_346]);
  });

  test('tells once what is wrong, and never throws', () => {
    const reasons: string[] = [];
    writeFileSync(path, 'no directory');
    const registry = createProcessRegistry(path, (reason) => void reasons.push(reason));
    registry.learn(fact('spawned'));
    registry.learn(fact('spawned'));
    registry.clear();
    assert.equal(reasons.length, 1);
    assert.match(reasons[0] ?? '', /ENOTDIR/);
  });
});

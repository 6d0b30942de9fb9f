// A /dev/log of a test's own: a mount namespace in which /dev is a directory of the test with the few devices that a
// master needs, and a socket to read what syslogd would. Needs root. Called by tests only.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createLinuxOs } from '../../src/os/linux/index.ts';

const DEVICES = ['null', 'zero', 'random', 'urandom'];
const DATAGRAM_BYTES_MAX = 16_384;

export interface OwnSyslogd {
  /** What stands before a command that is to log here. */
  readonly words: readonly string[];
  /** The datagrams since the last call, in their order. */
  received(): readonly string[];
}

/** Why there can be none; false when there can. */
export const noSyslogd =
  spawnSync('unshare', ['-m', 'true']).status !== 0 && 'a /dev/log of our own needs a mount namespace (root)';

export function ownSyslogd(t: TestContext, directory: string): OwnSyslogd {
  const [dev, run] = [join(directory, 'dev'), join(directory, 'run')];
  for (const each of [dev, run]) mkdirSync(each);
  const os = createLinuxOs({ runDirectory: run, listenFds: { count: 0, names: [] } });
  const socket = os.openNotify(undefined);
  assert.ok(socket.ok);
  t.after(() => os.closeNotify(socket.fd, socket.path));
  symlinkSync(socket.path, join(dev, 'log'));
  symlinkSync('/proc/self/fd', join(dev, 'fd'));
  for (const name of DEVICES) writeFileSync(join(dev, name), '');
  const binds = DEVICES.map((name) => `mount --bind /dev/${name} ${join(dev, name)}`);
  const script = [...binds, `mount --rbind ${dev} /dev`, 'exec "$@"'].join(' && ');
  return {
    words: ['unshare', '-m', 'sh', '-c', script, 'sh'],
    received: () => {
      const lines: string[] = [];
      for (;;) {
        const outcome = os.read(socket.fd, DATAGRAM_BYTES_MAX);
        if (outcome.kind !== 'data') return lines;
        lines.push(Buffer.from(outcome.bytes).toString());
      }
    },
  };
}

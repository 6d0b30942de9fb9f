// A service manager for a test: a real notify socket in this process, as systemd has one, and all that is said to it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { createLinuxOs } from '../../src/os/linux/index.ts';
import { until } from './waiting.ts';

const MESSAGE_BYTES_MAX = 4_096;

const directory = mkdtempSync(join(tmpdir(), 'preforkd-manager-'));
after(() => rmSync(directory, { recursive: true, force: true }));
/** One for the whole process: the port may be had once. */
const os = createLinuxOs({ runDirectory: directory, listenFds: { count: 0, names: [] } });

export interface Manager {
  /** NOTIFY_SOCKET. */
  readonly socket: string;
  /** Everything that was said so far. */
  heard(): readonly string[];
  /** The first message with all of these lines, from `from` on. */
  hears(from: number, ...lines: readonly RegExp[]): Promise<string>;
}

export function startManager(test: TestContext): Manager {
  const opened = os.openNotify(undefined);
  assert.ok(opened.ok);
  test.after(() => os.closeNotify(opened.fd, opened.path));
  const all: string[] = [];
  const heard = () => {
    for (;;) {
      const outcome = os.read(opened.fd, MESSAGE_BYTES_MAX);
      if (outcome.kind !== 'data') return all;
      all.push(Buffer.from(outcome.bytes).toString());
    }
  };
  return {
    socket: opened.path,
    heard,
    hears: (from, ...lines) =>
      until(
        `${lines.join(' ')} at the service manager`,
        () =>
          heard()
            .slice(from)
            .find((message) => lines.every((line) => line.test(message))),
        () => all.join('\n---\n'),
      ),
  };
}

// The way to syslogd, with real datagram sockets: lines arrive, wait while nobody listens, find a syslogd that was
// restarted, and stand in the file that is named.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openDatagramSocket } from '../../../src/os/linux/datagram-socket.ts';
import { createLinuxOs } from '../../../src/os/linux/index.ts';
import { createSyslog } from '../../../src/plane/logs/syslog.ts';
import { until } from './support/until.ts';

const directory = mkdtempSync(join(tmpdir(), 'preforkd-syslog-'));
after(() => rmSync(directory, { recursive: true }));
mkdirSync(join(directory, 'run'));
const os = createLinuxOs({ runDirectory: join(directory, 'run'), listenFds: { count: 0, names: [] } });
let devices = 0;

/** A /dev/log of our own, as a link: so it can point to another syslogd later. */
function device() {
  devices += 1;
  const path = join(directory, `log-${devices}`);
  let receiver: { fd: number; path: string } | undefined;
  return {
    path,
    start: () => {
      const opened = os.openNotify(undefined);
      assert.ok(opened.ok);
      symlinkSync(opened.path, `${path}.new`);
      renameSync(`${path}.new`, path);
      receiver = opened;
    },
    stop: () => {
      if (receiver) os.closeNotify(receiver.fd, receiver.path);
    },
    received: () => {
      const lines: string[] = [];
      for (;;) {
        const outcome = os.read(receiver?.fd ?? -1, 16_384);
        if (outcome.kind !== 'data') return lines;
        lines.push(Buffer.from(outcome.bytes).toString());
      }
    },
  };
}

function connected(path: string) {
  const socket = openDatagramSocket(path);
  assert.ok(socket);
  return socket;
}

describe('syslog', () => {
  test('takes each line as one datagram, those from before the socket first', () => {
    const log = device();
    log.start();
    const syslog = createSyslog({});
    syslog.send('<21>one');
    const socket = connected(log.path);
    socket.keep(0);
    syslog.opened(socket.fd);
    syslog.send('<21>two');
    assert.deepEqual(log.received(), ['<21>one', '<21>two']);
    assert.equal(syslog.troubles(), 0);
    log.stop();
  });

  test('keeps lines while nobody listens, and finds the syslogd that comes back', async () => {
    const log = device();
    const socket = connected(log.path);
    const syslog = createSyslog({});
    socket.keep(0);
    syslog.opened(socket.fd);
    syslog.send('<21>before it is there');
    log.start();
    socket.keep(999);
    socket.keep(1_000);
    const lines: string[] = [];
    await until('the line arrives', () => lines.push(...log.received()) > 0);
    log.stop();
    syslog.send('<21>while it is restarted');
    log.start();
    socket.keep(2_000);
    await until('that one too', () => lines.push(...log.received()) > 1);
    assert.deepEqual(lines, ['<21>before it is there', '<21>while it is restarted']);
    assert.equal(syslog.troubles(), 0);
    log.stop();
  });

  test('never waits for a syslogd that does not read: what does not fit is lost in the end, and counted', () => {
    const log = device();
    log.start();
    const socket = connected(log.path);
    socket.keep(0);
    const syslog = createSyslog({});
    syslog.opened(socket.fd);
    const lines = 3_000;
    for (let number = 0; number < lines; number += 1) syslog.send(`<21>${number}`);
    syslog.close();
    const arrived = log.received().length;
    assert.ok(arrived > 0 && arrived < lines, `${arrived}`);
    assert.equal(arrived + syslog.troubles(), lines);
    log.stop();
  });

  test('loses what can never be sent, and goes on', () => {
    const log = device();
    log.start();
    const socket = connected(log.path);
    socket.keep(0);
    const syslog = createSyslog({});
    syslog.opened(socket.fd);
    syslog.send('x'.repeat(1_000_000));
    syslog.send('<21>next');
    assert.deepEqual(log.received(), ['<21>next']);
    assert.equal(syslog.troubles(), 1);
    log.stop();
  });

  test('has no socket at a path that is none', () => {
    assert.equal(openDatagramSocket(`/${'x'.repeat(200)}`), undefined);
  });
});

describe('the file', () => {
  test('holds the same lines without the priority, also after it was rotated', () => {
    const file = join(directory, 'cyrus.log');
    const syslog = createSyslog({ file });
    syslog.send('<21>Nov  2 09:05:08 cyrus/master[77]: one');
    renameSync(file, `${file}.1`);
    syslog.send('<21>Nov  2 09:05:09 cyrus/master[77]: two');
    assert.equal(readFileSync(`${file}.1`, 'utf8'), 'Nov  2 09:05:08 cyrus/master[77]: one\n');
    assert.equal(readFileSync(file, 'utf8'), 'Nov  2 09:05:09 cyrus/master[77]: two\n');
    syslog.close();
  });

  test('that cannot be written is counted', () => {
    const syslog = createSyslog({ file: '/dev/full' });
    syslog.send('<21>one');
    assert.equal(syslog.troubles(), 1);
    syslog.close();
  });
});

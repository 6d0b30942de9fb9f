// Pictures of `preforkd top`: whatever is shown, in whatever size, there are never more lines or columns than there are,
// nothing foreign reaches the terminal as it is, and what is worst is seen first.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ASCII, UNICODE } from '../../../../src/cli/top/bar.ts';
import { figuresOf } from '../../../../src/cli/top/figures.ts';
import { frame, type Picture } from '../../../../src/cli/top/frame.ts';
import { paint } from '../../../../src/cli/top/paint.ts';
import { FIRST_VIEW } from '../../../../src/cli/top/view.ts';
import { widthOf } from '../../../../src/cli/top/width.ts';
import type { Remark } from '../../../../src/plane/recent.ts';
import type { ServiceStatus, Status } from '../../../../src/plane/status.ts';
import { sampleStatus } from '../../plane/support/status.ts';

const STATUS = sampleStatus();
const REMARKS: readonly Remark[] = Array.from({ length: 9 }, (_, at) => ({
  at: at * 1000,
  level: 'info',
  service: 'imap',
  text: `remark ${at}`,
}));

function picture(change: Partial<Picture> = {}, status: Status = STATUS): Picture {
  return {
    figures: figuresOf({ status, at: 1000 }, { status, at: 0 }),
    remarks: REMARKS,
    trouble: undefined,
    view: FIRST_VIEW,
    glyphs: UNICODE,
    width: 80,
    height: 24,
    now: new Date(2026, 10, 21, 9, 5, 8),
    ...change,
  };
}
const shown = (change: Partial<Picture> = {}, status: Status = STATUS) =>
  frame(picture(change, status)).map((line) => paint(line, 'none'));

const withServices = (
  change: (service: ServiceStatus, at: number) => Partial<ServiceStatus>,
  count = 3,
): Status => ({
  ...STATUS,
  services: Array.from({ length: count }, (_, at) => {
    const service = STATUS.services[at % 3] as ServiceStatus;
    return { ...service, ...change(service, at) };
  }),
});

describe('a picture', () => {
  test('fills exactly the terminal it is made for, from the smallest on', () => {
    for (const page of ['list', 'service', 'help'] as const)
      for (const width of [1, 5, 20, 40, 80, 200])
        for (const height of [1, 2, 5, 12, 24, 60]) {
          const lines = shown({ width, height, view: { ...FIRST_VIEW, page } });
          assert.equal(lines.length, height, `${page} ${width}x${height}`);
          for (const line of lines) assert.ok(widthOf(line) <= width, `${page} ${width}x${height}: ${line}`);
        }
  });

  test('holds also with wide names and many services', () => {
    const status = withServices((_service, at) => ({ name: `郵便受け取り-${at}-😀😀😀` }), 60);
    for (const width of [40, 80, 132])
      for (const line of shown({ width }, status)) assert.ok(widthOf(line) <= width, line);
  });

  test('shows names, words and events of others only as harmless text', () => {
    const evil = '\u001b]0;x\u0007\u202e\n';
    const status = withServices(({ workers }) => ({
      name: evil,
      why: evil,
      listen: evil,
      workers: workers.map((worker) => ({ ...worker, statusText: evil })),
    }));
    const remarks: Remark[] = [{ at: 0, level: 'error', service: evil, text: evil }];
    for (const page of ['list', 'service'] as const)
      for (const height of [24, undefined])
        for (const line of shown(
          { view: { ...FIRST_VIEW, page, note: '' }, remarks, height, trouble: evil },
          status,
        ))
          assert.doesNotMatch(line, /\p{Cc}|\u202e/u);
  });

  test('says at the top whether all is well, and who needs a look', () => {
    assert.match(shown()[2] ?? '', /^! 1 service needs a look, 3 clients wait: echo\/unix \(breaker-open\)$/);
    const well = withServices(() => ({ state: 'running', constraint: 'none', queue: 0 }));
    assert.match(shown({}, well)[2] ?? '', /^all is well, no client waits$/);
  });

  test('shows the worst first, marked, with the reason under the table', () => {
    const lines = shown();
    assert.match(lines[5] ?? '', /^> echo\/unix +breaker-open /);
    assert.match(lines[9] ?? '', /^echo: 3 clients wait/);
  });

  test('has figures, bar and rates of each service', () => {
    const before = withServices(({ connections, spawns }) => ({
      connections: connections - 5,
      spawns: spawns - 1,
    }));
    const figures = figuresOf({ status: STATUS, at: 2000 }, { status: before, at: 0 });
    const line = shown({ figures, width: 110 }).find((one) => one.includes('imap/ipv4'));
    assert.match(line ?? '', /imap\/ipv4 +running +█+▒+░+·+ +3\/20 +0\/4096 +2\.5 +0\.5 +13% +46 MB/);
  });

  test('of a master that does not answer says so, and keeps what was seen last', () => {
    const lines = shown({ trouble: 'nobody listens there (ENOENT)' });
    assert.match(
      lines[2] ?? '',
      /^! the master does not answer: nobody listens there \(ENOENT\); trying again$/,
    );
    assert.ok(lines.some((line) => line.includes('imap/ipv4')));
  });

  test('of many services shows those around the selected one, and which', () => {
    const status = withServices(
      (_service, at) => ({ name: `s${String(at).padStart(2, '0')}`, queue: 0, state: 'running' }),
      60,
    );
    const lines = shown({ view: { ...FIRST_VIEW, sort: 'name', selected: 's30/ipv4' } }, status);
    assert.ok(lines.some((line) => line.startsWith('> s30/ipv4')));
    assert.match(lines[4] ?? '', / \d+-\d+\/60 /);
  });

  test('on paper explains all that need a look, and shows no keys', () => {
    const text = shown({ height: undefined, glyphs: ASCII }).join('\n');
    assert.match(text, /^echo: 3 clients wait/m);
    assert.match(text, /remark 8$/m);
    assert.doesNotMatch(text, /quit/);
    assert.match(text, /^[ -~\n…]+$/);
  });

  test('has colours only where they are wanted, and says the same without', () => {
    const lines = frame(picture());
    const coloured = lines.map((line) => paint(line, 'colours')).join('\n');
    assert.ok(coloured.includes('\u001b[1;31m'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
    const stripped = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, '');
    assert.equal(stripped(coloured), shown().join('\n'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
    assert.doesNotMatch(lines.map((line) => paint(line, 'monochrome')).join(''), /\u001b\[[0-9;]*3\dm/);
  });
});

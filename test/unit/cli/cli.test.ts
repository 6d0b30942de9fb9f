// The command line: verbs, help, exit codes, and clear words when no master runs.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { locateControlSocket } from '../../../src/cli/locate.ts';
import { runCli } from '../../../src/cli/program.ts';
import { parseLimits } from '../../../src/cli/scale.ts';
import { type Column, tableText, tableThatFits } from '../../../src/cli/table.ts';
import { whyAll } from '../../../src/cli/why.ts';
import { type ControlServer, startControlServer } from '../../../src/plane/control/server.ts';
import type { Answer, Request } from '../../../src/plane/control/wire.ts';
import { sampleStatus } from '../plane/support/status.ts';

let directory: string;
let socket: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'preforkd-cli-'));
  socket = join(directory, 'control.sock');
});
afterEach(() => rmSync(directory, { recursive: true }));

interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** What `run` was asked to supervise. */
  readonly ran: readonly string[];
}

async function preforkd(...argv: string[]): Promise<Said> {
  let out = '';
  let err = '';
  const ran: string[] = [];
  const output = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    columns: undefined,
  };
  const exitCode = await runCli(
    argv,
    async (file) => {
      ran.push(file);
      return 75;
    },
    output,
  );
  return { exitCode, out, err, ran };
}

describe('the command line', () => {
  test('--help shows verbs and examples, --version the version', async () => {
    const help = await preforkd('--help');
    assert.equal(help.exitCode, 0);
    for (const verb of [
      'run',
      'check',
      'status',
      'why',
      'events',
      'top',
      'reload',
      'stop',
      'pause',
      'resume',
      'scale',
      'storm',
    ]) {
      assert.match(help.out, new RegExp(`^ {2}${verb}\\b`, 'm'));
    }
    assert.match(help.out, /Examples:/);
    assert.match((await preforkd('--version')).out, /^\d+\.\d+\.\d+\n$/);
  });

  test('a wrong verb or option ends with 64 and says what was meant', async () => {
    const verb = await preforkd('statsu');
    assert.equal(verb.exitCode, 64);
    assert.match(verb.err, /Did you mean status\?/);
    assert.equal((await preforkd('status', '--jsn')).exitCode, 64);
    assert.equal((await preforkd('pause')).exitCode, 64);
  });

  test('run supervises services.conf, or the file it is given, and hands its exit code on', async () => {
    assert.deepEqual((await preforkd('run')).ran, ['services.conf']);
    const said = await preforkd('run', 'other.conf', '--banner');
    assert.deepEqual([said.ran, said.exitCode], [['other.conf'], 75]);
  });

  test('check ends with 78 for a bad file', async () => {
    const file = join(directory, 'bad.conf');
    writeFileSync(file, 'MASTER {\n}\nSERVICES {\n  imap cmd="true" listn="1"\n}\n');
    const said = await preforkd('check', file);
    assert.equal(said.exitCode, 78);
    assert.match(said.out, /did you mean "listen"/);
  });

  test('check --print prints what was understood, and complains elsewhere', async () => {
    const file = join(directory, 'cyrus.conf');
    const written = '# mine\nDAEMON {\n  a cmd=true wait=y wait=n # twice\n\n}\nOTHER {\n}\n';
    writeFileSync(file, written);
    const said = await preforkd('check', '--print', file);
    assert.equal(said.exitCode, 0);
    assert.equal(said.out, 'DAEMON {\n  a cmd="true" wait="y"\n}\n');
    assert.match(said.err, /wait= is given twice; the first one counts/);
    writeFileSync(file, `MASTER {\n}\n${written}`);
    const refused = await preforkd('check', '--print', file);
    assert.deepEqual([refused.exitCode, refused.out], [78, '']);
    assert.match(refused.err, /wait= is given twice/);
  });
});

describe('without a master', () => {
  for (const verb of [
    ['status'],
    ['why', 'imap'],
    ['reload'],
    ['stop'],
    ['pause', 'imap'],
    ['resume', 'imap'],
  ]) {
    test(`${verb.join(' ')} says so, with the path that was tried`, async () => {
      const said = await preforkd(...verb, '--socket', socket);
      assert.equal(said.exitCode, 69);
      assert.equal(said.err, `preforkd: no master runs at ${socket} (--socket; ENOENT)\n`);
    });
  }

  test('the path comes from the configuration file, else from the default run directory', async () => {
    const file = join(directory, 'services.conf');
    writeFileSync(file, `MASTER {\n  run directory="${directory}/run"\n}\n`);
    const located = await locateControlSocket({ config: file });
    assert.deepEqual(located, {
      ok: true,
      value: { path: `${directory}/run/control/control.sock`, by: `as ${file} says` },
    });
  });

  test('the file of PREFORKD_CONFIG leads to a master that stands in for another; an empty variable is none', async () => {
    const file = join(directory, 'own.conf');
    writeFileSync(file, `MASTER {\n  run directory="${directory}/own"\n}\n`);
    const before = process.env.PREFORKD_CONFIG;
    try {
      process.env.PREFORKD_CONFIG = file;
      const located = await locateControlSocket({});
      assert.equal(located.ok && located.value.path, `${directory}/own/control/control.sock`);
      process.env.PREFORKD_CONFIG = '';
      const elsewhere = await locateControlSocket({});
      assert.notEqual(elsewhere.ok && elsewhere.value.path, `${directory}/own/control/control.sock`);
    } finally {
      if (before === undefined) delete process.env.PREFORKD_CONFIG;
      else process.env.PREFORKD_CONFIG = before;
    }
  });

  test('a relative path in the file of another folder: where it begins is said', async () => {
    const file = join(directory, 'services.conf');
    writeFileSync(file, 'MASTER {\n  run directory="./run"\n}\n');
    const said = await preforkd('status', '--config', file);
    assert.equal(said.exitCode, 69);
    assert.match(said.err, /relative paths in it begin where the master was started.*--socket PATH/);
  });

  test('a file that is empty leads to no other master, and a default is called one', async () => {
    const file = join(directory, 'services.conf');
    writeFileSync(file, '# being written\n');
    const said = await preforkd('stop', '--config', file);
    assert.deepEqual([said.exitCode, said.out], [78, '']);
    assert.match(said.err, /services\.conf is empty \(is it being written\?\).*--socket PATH/);
    writeFileSync(file, 'SERVICES {\n}\n');
    const located = await locateControlSocket({ config: file });
    assert.equal(located.ok && located.value.by, `the default, for ${file} names no other`);
  });

  test('a configuration that is bad is shown, with a way out', async () => {
    const file = join(directory, 'bad.conf');
    writeFileSync(file, 'MASTER {\n  rum directory="/x"\n}\n');
    const said = await preforkd('status', '--config', file);
    assert.equal(said.exitCode, 78);
    assert.match(said.err, /bad\.conf:2:3: error/);
    assert.match(said.err, /--socket PATH/);
  });
});

describe('with a master', () => {
  let server: ControlServer;
  let asked: Request[];
  let answer: Answer;
  beforeEach(async () => {
    asked = [];
    answer = { ok: true, text: 'done' };
    await new Promise<void>((listening) => {
      const started = startControlServer({
        path: socket,
        answer: async (request) => {
          asked.push(request);
          return answer;
        },
        listening,
        badInput: (problem) => assert.fail(problem),
        unavailable: (reason) => assert.fail(reason),
      });
      assert.ok(started.ok);
      server = started.value;
    });
  });
  afterEach(() => server.stop());

  test('each verb asks for what it says', async () => {
    for (const verb of [
      'why imap',
      'pause imap',
      'resume imap',
      'reload',
      'stop --wait',
      'scale imap prefork=3 maxchild=9',
    ]) {
      const said = await preforkd(...verb.split(' '), '-s', socket);
      assert.deepEqual([said.exitCode, said.out, said.err], [0, 'done\n', ''], verb);
    }
    assert.deepEqual(
      asked.map(({ id: _, ...request }) => request),
      [
        { verb: 'why', args: { service: 'imap' } },
        { verb: 'pause', args: { service: 'imap' } },
        { verb: 'resume', args: { service: 'imap' } },
        { verb: 'reload', args: { wait: false } },
        { verb: 'stop', args: { wait: true } },
        { verb: 'scale', args: { service: 'imap', prefork: 3, maxchild: 9 } },
      ],
    );
  });

  test('status is a table, or JSON for programs', async () => {
    answer = { ok: true, data: sampleStatus() };
    assert.match((await preforkd('status', '-s', socket)).out, /^SERVICE +FAMILY +LISTEN/m);
    const json = await preforkd('status', '--json', '-s', socket);
    assert.deepEqual(JSON.parse(json.out), sampleStatus());
  });

  test('a refused reload ends with 78 and shows the diagnostics, a wrong name with 1', async () => {
    answer = { ok: false, refusal: 'bad-configuration', error: 'services.conf:1:1: error: no' };
    const reload = await preforkd('reload', '--wait', '-s', socket);
    assert.deepEqual([reload.exitCode, reload.err], [78, 'services.conf:1:1: error: no\n']);
    answer = { ok: false, refusal: 'failed', error: 'no service "imsp"' };
    assert.equal((await preforkd('why', 'imsp', '-s', socket)).exitCode, 1);
  });

  test('scale wants limits that are numbers', async () => {
    const said = await preforkd('scale', 'imap', 'prefork=many', '-s', socket);
    assert.equal(said.exitCode, 64);
    assert.match(said.err, /"prefork=many" is not prefork=N/);
    assert.deepEqual(asked, []);
    assert.deepEqual(parseLimits(['maxchild=5']), { ok: true, value: { maxchild: 5 } });
    assert.equal(parseLimits([]).ok, false);
  });
});

test('a table is aligned, numbers to the right, empty columns left out', () => {
  const rows = [
    { name: 'imap', count: 2 },
    { name: 'a', count: 100 },
  ];
  const text = tableText(
    [
      { title: 'NAME', cell: ({ name }) => name },
      { title: 'N', align: 'right', cell: ({ count }) => String(count) },
      { title: 'NONE', cell: () => '' },
    ],
    rows,
  );
  assert.equal(text, 'NAME    N\nimap    2\na     100\n');
});

test('a table that is too wide loses the columns that matter least, and says which', () => {
  const columns: Column<{ name: string }>[] = [
    { title: 'NAME', cell: ({ name }) => name },
    { title: 'FIRST TO GO', givesWay: 2, cell: () => 'x' },
    { title: 'NEXT TO GO', givesWay: 1, cell: () => 'y' },
  ];
  const rows = [{ name: '郵便受け' }, { name: 'imap' }];
  const narrow = tableThatFits(columns, rows, 20);
  assert.equal(narrow.text, 'NAME      NEXT TO GO\n郵便受け  y\nimap      y\n');
  assert.deepEqual(narrow.leftOut, ['FIRST TO GO']);
  assert.deepEqual(tableThatFits(columns, rows, 1).leftOut, ['FIRST TO GO', 'NEXT TO GO']);
});

test('why of all services begins with those that somebody should look at', () => {
  const lines = whyAll(sampleStatus()).split('\n');
  assert.match(lines[0] ?? '', /^! echo: 3 clients wait/);
  assert.match(lines[1] ?? '', /^ {2}idled is a daemon/);
  assert.ok(!lines.join('').includes('\u001b'));
  assert.equal(whyAll({ ...sampleStatus(), services: [] }), 'there are no services\n');
  const [imap, ...others] = sampleStatus().services;
  assert.ok(imap);
  const both = whyAll({ ...sampleStatus(), services: [imap, { ...imap, family: 'ipv6' }, ...others] });
  assert.match(both, /^ {2}ipv6: imap: no clients wait/m);
});

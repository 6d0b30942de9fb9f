// The command line of a storm: what is understood, and every mistake with a sentence that helps.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Evidence, judge, parseObjectives } from '../../../bench/storm/options/objectives.ts';
import { readOptions, type StormOptions } from '../../../bench/storm/options/options.ts';
import type { RawOptions } from '../../../bench/storm/options/raw.ts';
import { commandText } from '../../../bench/storm/options/repeat.ts';
import { parseTarget, resolveTarget } from '../../../bench/storm/options/target.ts';
import { spoken } from './support.ts';

const TARGET = '127.0.0.1:143';

function read(raw: RawOptions, protocol = 'imap'): StormOptions {
  const options = readOptions(protocol, TARGET, raw);
  assert.ok(options.ok, JSON.stringify(options));
  return options.value;
}

function mistakes(raw: RawOptions, protocol = 'imap', target = TARGET): string {
  const options = readOptions(protocol, target, raw);
  assert.ok(!options.ok, `${JSON.stringify(raw)} was taken`);
  return options.error.join('\n');
}

describe('targets', () => {
  const taken: readonly (readonly [text: string, host: string, port: number])[] = [
    ['127.0.0.1:143', '127.0.0.1', 143],
    ['localhost:1143', 'localhost', 1143],
    ['[::1]:143', '::1', 143],
    ['0.0.0.0:143', '127.0.0.1', 143],
    ['[::]:143', '::1', 143],
    ['*:143', '127.0.0.1', 143],
  ];
  for (const [text, host, port] of taken) {
    test(text, () =>
      assert.deepEqual(parseTarget(text), { ok: true, value: { kind: 'tcp', host, port, text } }),
    );
  }

  test('paths of unix sockets', () => {
    for (const text of ['/run/echo.sock', './echo.sock', '../echo.sock', 'unix:echo.sock']) {
      const target = parseTarget(text);
      assert.ok(target.ok && target.value.kind === 'unix', text);
      assert.match(target.value.path, /^\/.*echo\.sock$/);
    }
  });

  for (const text of [
    '',
    '143',
    '127.0.0.1',
    '::1:143',
    '[1.2.3.4]:143',
    'host:0',
    'host:65536',
    'a b:143',
    'host:1x',
  ]) {
    test(`"${text}" is none`, () => {
      const target = parseTarget(text);
      assert.ok(!target.ok);
      assert.match(target.error, /is not a target|is not an IPv6 address/);
    });
  }

  test('only loopback, unless another machine is allowed', async () => {
    const address = (text: string, remote: boolean, found: readonly string[] = []) => {
      const target = parseTarget(text);
      assert.ok(target.ok);
      return resolveTarget(target.value, remote, async () => found.map((one) => ({ address: one })));
    };
    for (const text of ['127.0.0.1:1', '127.9.9.9:1', '[::1]:1', '[::ffff:127.0.0.1]:1']) {
      assert.ok((await address(text, false)).ok, text);
    }
    for (const text of ['192.0.2.1:1', '[2001:db8::1]:1', '10.0.0.1:1', '[::ffff:10.0.0.1]:1']) {
      const refused = await address(text, false);
      assert.ok(!refused.ok && /only with --allow-remote/.test(refused.error), text);
      assert.ok((await address(text, true)).ok, text);
    }
    // A name counts by what it resolves to, and is resolved once.
    assert.ok(!(await address('mail.example:1', false, ['192.0.2.7'])).ok);
    const both = await address('box:1', false, ['192.0.2.7', '127.0.0.1']);
    assert.deepEqual(both, { ok: true, value: { kind: 'tcp', host: '127.0.0.1', port: 1, loopback: true } });
    assert.ok(!(await address('nowhere:1', true)).ok);
  });
});

describe('options', () => {
  test('without any: a hundred clients at once, who log out at once', () => {
    const { load, patienceMs, comeback, master, sampleMs, trouble, objectives } = read({});
    assert.deepEqual(
      [load.shape, load.connections, load.durationMs, load.sessions.text],
      [{ name: 'burst', times: 1 }, 100, 0, 'logout'],
    );
    assert.deepEqual(
      [patienceMs, comeback, sampleMs, master, trouble, objectives],
      [30_000, undefined, 100, { none: false }, {}, []],
    );
    assert.match(read({}).seed, /^\d{1,9}$/);
  });

  test('of connections, rate and duration two decide the third', () => {
    const load = (raw: RawOptions) => {
      const { connections, durationMs } = read({ shape: 'poisson', ...raw }).load;
      return [connections, durationMs];
    };
    assert.deepEqual(load({ connections: '50', duration: '2s' }), [50, 2_000]);
    assert.deepEqual(load({ rate: '50/s', duration: '2s' }), [100, 2_000]);
    assert.deepEqual(load({ rate: '30/m', connections: '5' }), [5, 10_000]);
    assert.deepEqual(load({ rate: '7/s' }), [70, 10_000]);
    assert.deepEqual(load({}), [100, 10_000]);
    assert.match(
      mistakes({ shape: 'ramp', rate: '1/s', duration: '1s', connections: '1' }),
      /two of them decide/,
    );
    assert.match(mistakes({ shape: 'ramp', rate: '1/h', duration: '1s' }), /nobody would arrive/);
    assert.match(mistakes({ rate: '5/s' }), /all arrive at once/);
  });

  test('reconnect: by its shape, or by its option', () => {
    assert.equal(read({ shape: 'reconnect' }).comeback?.tries, 8);
    assert.equal(read({ reconnect: true }).comeback?.firstMs, 1_000);
    assert.equal(read({ reconnect: 'first=5s' }).comeback?.firstMs, 5_000);
  });

  test('trouble', () => {
    const raw = {
      signals: '20000/s',
      signal: 'usr2',
      kill: '5%',
      reload: 'every=2s',
      stopCont: 'every=5s,for=500ms',
    };
    assert.deepEqual(read(raw).trouble, {
      signals: { perSecond: 20_000, signal: 'SIGUSR2' },
      kill: { share: 0.05, everyMs: 1_000 },
      reload: { everyMs: 2_000 },
      stopCont: { everyMs: 5_000, forMs: 500 },
    });
    assert.equal(read({ kill: '5%,every=200ms' }).trouble.kill?.everyMs, 200);
  });

  const wrong: readonly (readonly [raw: RawOptions, says: RegExp, protocol?: string])[] = [
    [{ connections: '0' }, /--connections: "0" is not a whole number from 1/],
    [{ connections: '1e9' }, /--connections/],
    [{ shape: 'tsunami' }, /--shape: there is no shape "tsunami"; there are burst, /],
    [{ shape: 'poisson', rate: '50' }, /--rate: "50" is not a rate; write 500\/s/],
    [{ shape: 'poisson', duration: '10' }, /--duration: the duration "10" has no unit/],
    [{ timeout: '0s' }, /--timeout: "0s" is no time at all/],
    [{ session: 'nap' }, /--session: "nap" is not a session: there are hold=10s/],
    [{ sample: '1ms' }, /--sample: at least 20ms/],
    [{ login: 'demo' }, /--login: write USER:PASSWORD/],
    [{ login: 'a:b\r\nx LOGOUT' }, /no line ends/],
    [{ select: 'INBOX' }, /--select: only with --login/],
    [{ path: '/' }, /--path: not with imap/],
    [{ login: 'a:b' }, /--login: not with http/, 'http'],
    [{ path: 'x y' }, /--path: "x y" is not a path/, 'http'],
    [{ status: '99' }, /--status/, 'http'],
    [{}, /raw: --expect REGEX/, 'raw'],
    [{ expect: '(' }, /--expect: Invalid regular expression/, 'raw'],
    [{ expect: 'a', send: '\\q' }, /--send: .*is no escape/, 'raw'],
    [{}, /there is no protocol "pop3"; there are imap, smtp/, 'pop3'],
    [{}, /there is no protocol "toString"/, 'toString'],
    [{ pid: '1' }, /--pid/],
    [{ metrics: 'ftp://x/' }, /--metrics: "ftp:\/\/x\/" is no address/],
    [{ signals: '9' }, /--signals: "9" is not a rate/],
    [{ signals: '999999/s' }, /--signals: at most 100000\/s/],
    [{ signals: '9/s', signal: 'nonsense' }, /--signal: there is no signal "nonsense"/],
    [{ signal: 'USR2' }, /--signal: only with --signals/],
    [{ kill: '5' }, /--kill: "5" is not a share; write 10%/],
    [{ kill: '500%' }, /--kill/],
    [{ reload: '2s' }, /--reload: "2s" is not understood; there is every=/],
    [{ stopCont: 'every=1s,for=1s' }, /for= must be shorter/],
    [{ stopCont: 'every=1s' }, /for=: .*is not a duration/],
    [{ master: false, kill: '5%' }, /--no-master: .*need one/],
    [{ slo: 'p99' }, /--slo: "p99" is not an objective; write p99=500ms/],
  ];
  for (const [raw, says, protocol] of wrong) {
    test(`${protocol ?? 'imap'} ${JSON.stringify(raw)}`, () => assert.match(mistakes(raw, protocol), says));
  }

  test('all mistakes are told at once, and nothing is sent', async () => {
    const said = await spoken('imap', 'nowhere', { connections: 'many', kill: 'all', slo: 'fast' });
    assert.equal(said.exitCode, 64);
    for (const says of [/TARGET: "nowhere"/, /--connections/, /--kill/, /--slo/, /--help says more/]) {
      assert.match(said.err, says);
    }
  });

  test('another machine is refused; so is a file that cannot be written, before the storm', async (t) => {
    const remote = await spoken('imap', '192.0.2.1:143');
    assert.deepEqual([remote.exitCode, remote.out], [64, '']);
    assert.match(remote.err, /--allow-remote/);
    const directory = mkdtempSync(join(tmpdir(), 'preforkd-storm-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const unwritable = await spoken('imap', TARGET, { report: join(directory, 'not/there.html') });
    assert.deepEqual([unwritable.exitCode, unwritable.out], [73, '']);
  });

  test('trouble without a master to make it for', async () => {
    const said = await spoken('imap', TARGET, { kill: '5%', master: true });
    assert.equal(said.exitCode, 64);
    assert.match(said.err, /need a master: say --socket, --config or --pid/);
    const gone = await spoken('imap', TARGET, { kill: '5%', master: true, pid: '4194303' });
    assert.equal(gone.exitCode, 69);
    assert.match(gone.err, /there is no process 4194303/);
  });
});

describe('objectives', () => {
  const evidence: Evidence = {
    visits: 200,
    counted: (what) =>
      ({ errors: 3, refused: 0, timeouts: 2, resets: 0, cut: 1, wrong: 0, overflows: 7, drops: undefined })[
        what
      ],
    percentileMs: (measure, percent) => {
      if (measure === 'served') return undefined;
      return percent > 98 ? null : percent;
    },
  };
  const cases: readonly (readonly [slo: string, holds: boolean, measured: string])[] = [
    ['p90=90ms', true, '90 ms'],
    ['p95=90ms', false, '95 ms'],
    ['p99=1h', false, 'never'],
    ['max=1h', false, 'never'],
    ['p97.5=1s', true, '97.5 ms'],
    ['connect.p50=10ms', false, '50 ms'],
    ['session.p50=1s', true, '50 ms'],
    ['served.p50=1s', false, 'not measured'],
    ['errors=3', true, '3'],
    ['errors=2', false, '3'],
    ['errors=1%', false, '1.5 %'],
    ['errors=2%', true, '1.5 %'],
    ['refused=0', true, '0'],
    ['overflows=0', false, '7'],
    ['drops=0', false, 'not measured'],
  ];
  for (const [slo, holds, measured] of cases) {
    test(`${slo}: ${holds ? 'holds' : 'does not hold'}`, () => {
      const objectives = parseObjectives(slo);
      assert.ok(objectives.ok);
      assert.deepEqual(judge(objectives.value, evidence), [{ objective: slo, holds, measured }]);
    });
  }

  test('several, each judged', () => {
    const objectives = parseObjectives('p50=1s,errors=0');
    assert.ok(objectives.ok);
    assert.deepEqual(
      judge(objectives.value, evidence).map(({ holds }) => holds),
      [true, false],
    );
  });

  for (const slo of [
    '',
    'p99',
    'p=1s',
    'p100=1s',
    'p99=1',
    'p99=5%',
    'errors=-1',
    'errors=1s',
    'x.p99=1s',
    'a.errors=1',
    'p0=1s',
  ]) {
    test(`"${slo}" is none`, () => assert.ok(!parseObjectives(slo).ok));
  }
});

describe('the command that repeats a storm', () => {
  test('has the seed, and no password', () => {
    assert.equal(commandText(['imap', '127.0.0.1:143'], '7'), 'preforkd storm imap 127.0.0.1:143 --seed 7');
    assert.equal(commandText(['imap', 'x:1', '--seed', '3'], '3'), 'preforkd storm imap x:1 --seed 3');
    assert.equal(
      commandText(['imap', '[::1]:1', '--login', 'me:a:b c', '--session', 'hold=1s*2'], '7'),
      "preforkd storm imap '[::1]:1' --login me:PASSWORD --session 'hold=1s*2' --seed 7",
    );
    assert.match(commandText(['--login=me:secret'], '7'), /--login=me:PASSWORD/);
    assert.equal(commandText(["it's"], '7'), "preforkd storm 'it'\\''s' --seed 7");
  });
});

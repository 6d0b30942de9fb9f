// The log in the words of Cyrus's master: its texts and priorities to the letter, for alerts match on them; lines of
// RFC 3164; and our own words for what Cyrus has none.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EVENT_SAMPLES } from '../../../scripts/lib/event-samples.ts';
import type { Fact, FactKind } from '../../../src/core/facts.ts';
import { createCyrusLog } from '../../../src/plane/logs/cyrus-log.ts';
import { EVENT_ROWS, type EventKind } from '../../../src/plane/logs/event-table.ts';
import type { Log } from '../../../src/plane/logs/logger.ts';
import type { PlaneEvent } from '../../../src/plane/logs/plane-events.ts';
import type { Level } from '../../../src/plane/logs/row.ts';

const AT = new Date(2026, 10, 2, 9, 5, 8).getTime();
const SENDER = { prefix: 'cyrus', facility: 'mail', pid: 77 };

function sample<K extends FactKind>(kind: K, change: Record<string, unknown> = {}): Fact {
  return { kind, at: AT, ...EVENT_SAMPLES[kind], ...change } as Fact;
}

/** What is said, as 'PRIORITY text'. */
function spoken(use: (log: Log) => void, level: Level = 'debug', options: object = {}): string[] {
  const lines: string[] = [];
  const log = createCyrusLog({
    ...SENDER,
    ...options,
    send: (line, priority) => void lines.push(`${priority} ${line.replace(/^.*?\]: /, '')}`),
  });
  log.setLevel(level);
  use(log);
  return lines;
}

const ofFacts = (...facts: readonly Fact[]) =>
  spoken((log) => {
    for (const fact of facts) log.fact(fact);
  });

describe("the words of Cyrus's master", () => {
  const daemon = { owner: 'daemon', service: 'idled', family: '' };
  const start = { owner: 'start', service: 'recover', family: '' };
  const event = { owner: 'event', service: 'report', family: '' };
  const cases: readonly (readonly [what: string, facts: readonly Fact[], lines: readonly string[]])[] = [
    ['a start', [sample('master-started')], ['7 process started']],
    ['readiness', [sample('master-ready')], ['7 ready for work']],
    ['a stop', [sample('stopping')], ['6 attempting clean shutdown on signal']],
    [
      'the stop after a failed start',
      [sample('start-failed'), sample('stopping'), sample('stopped', { exitCode: 1 })],
      ["2 can't run startup", '5 exiting'],
    ],
    ['the end', [sample('stopped')], ['5 All children have exited, closing down']],
    ['the end after a failure', [sample('stopped', { exitCode: 1 })], ['5 exiting']],
    [
      'a reload',
      [sample('reload-applied')],
      ['5 Services reconfigured. 3 kept, 1 changed, 1 added, 0 removed'],
    ],
    [
      'too many failures',
      [sample('service-disabled')],
      ['3 too many failures for service imap/ipv4, disabling until next SIGHUP'],
    ],
    [
      'too many failures of who is babysat',
      [sample('breaker-opened', { ...daemon, retryInMs: 10_000 })],
      ['3 ERROR: too many failures for service idled/daemon, disabling for 10 seconds'],
    ],
    [
      'a port that is taken',
      [sample('listen-failed'), sample('service-unbound')],
      [
        '3 unable to bind to imap/ipv4 socket: Address already in use',
        '3 unable to create imap listener socket: Address already in use',
      ],
    ],
    [
      'a socket that cannot be had',
      [sample('listen-failed', { errno: 'EMFILE' })],
      ['3 unable to open imap/ipv4 socket: Too many open files'],
    ],
    ['a START job that fails', [sample('spawned', start), sample('start-failed')], ["2 can't run startup"]],
    [
      'a waiting daemon that fails',
      [sample('spawned', daemon), sample('start-failed', { service: 'idled' })],
      [
        '3 ERROR: waitdaemon idled/daemon did not write "ok\\r\\n" to fd 3: exit 1',
        '2 unable to spawn waitdaemon idled/daemon',
      ],
    ],
    [
      'interruptions',
      [sample('interrupted', { gaveUp: 1 }), sample('interrupted')],
      ['4 Repeatedly interrupted, too many signals?'],
    ],
    [
      'a fork that fails',
      [
        sample('spawn-failed', { stage: 'fork', errno: 'EAGAIN' }),
        sample('spawn-failed', { ...event, stage: 'fork', errno: 'EAGAIN' }),
        sample('spawn-failed', { ...start, stage: 'fork', errno: 'ENOMEM' }),
      ],
      [
        "3 can't fork process to run service imap/ipv4: Resource temporarily unavailable",
        "2 can't fork process to run event report",
        "3 can't fork process to run startup: Cannot allocate memory",
      ],
    ],
    [
      'an exec that fails',
      [sample('spawn-failed'), sample('spawn-failed', event), sample('spawn-failed', start)],
      [
        "3 couldn't exec /usr/lib/cyrus/bin/imapd: No such file or directory",
        "3 can't exec /usr/lib/cyrus/bin/imapd on schedule: No such file or directory",
        "3 can't exec /usr/lib/cyrus/bin/imapd for startup: No such file or directory",
      ],
    ],
  ];
  for (const [what, facts, lines] of cases) {
    test(what, () => assert.deepEqual(ofFacts(...facts), lines));
  }

  test('SIGHUP, and of other signals nothing, for the stop says it', () => {
    const signal = (name: string): PlaneEvent => ({ kind: 'signal', signal: name, meaning: '' });
    const lines = spoken((log) => {
      log.tell(signal('SIGHUP'));
      log.tell(signal('SIGTERM'));
    });
    assert.deepEqual(lines, ['5 got SIGHUP']);
  });
});

describe('children that end', () => {
  const who = 'process type:SERVICE name:imap age:0.650s pid:4711';

  test('well, or because they were told to', () => {
    const told = { expected: true };
    assert.deepEqual(ofFacts(sample('exited', { ...told, how: 'exit 0' })), [`7 ${who} exited normally`]);
    assert.deepEqual(ofFacts(sample('exited', { ...told, how: 'exit 75' })), [`7 ${who} was killed`]);
    assert.deepEqual(ofFacts(sample('exited', { ...told, how: 'signal SIGTERM' })), [
      `7 ${who} signaled to death by signal 15 (Terminated)`,
    ]);
  });

  test('badly while ready, which counts, and while busy', () => {
    assert.deepEqual(ofFacts(sample('exited')), [
      `3 ${who} exited, status 1`,
      '4 service imap/ipv4 pid 4711 in READY state: terminated abnormally',
    ]);
    assert.deepEqual(ofFacts(sample('exited', { state: 'busy', how: 'signal SIGSEGV' })), [
      `3 ${who} signaled to death by signal 11 (Segmentation fault)`,
      '7 service imap/ipv4 pid 4711 in BUSY state: terminated abnormally',
    ]);
  });

  test('with the path of the program, where it is known', () => {
    const programOf = (owner: string, service: string) => `/usr/sbin/${owner}-${service}`;
    const lines = spoken((log) => log.fact(sample('exited', { owner: 'event', family: '' })), 'info', {
      programOf,
    });
    assert.deepEqual(lines, [
      '3 process type:EVENT name:imap path:/usr/sbin/event-imap age:0.650s pid:4711 exited, status 1',
    ]);
  });
});

describe('what Cyrus has no words for', () => {
  test('is said in ours, at the priority of its level', () => {
    assert.deepEqual(ofFacts(sample('blocked')), [
      '4 imap/ipv4: maxchild holds spawning back, 14 clients queued, 20 active',
    ]);
  });

  test('is left out when it is debug only', () => {
    assert.deepEqual(ofFacts(sample('worker-retired'), sample('worker-busy'), sample('slot-taken')), []);
  });

  for (const kind of Object.keys(EVENT_ROWS) as EventKind[]) {
    test(`${kind} makes whole sentences or none`, () => {
      const event = { kind, at: AT, ...EVENT_SAMPLES[kind] };
      for (const line of spoken((log) => log.fact(event as Fact)))
        assert.doesNotMatch(line, /undefined|\[object|NaN|: $/);
    });
  }
});

describe('a line', () => {
  const lines = (options: object, use: (log: Log) => void) => {
    const sent: string[] = [];
    use(createCyrusLog({ ...SENDER, ...options, send: (line) => void sent.push(line) }));
    return sent;
  };

  test('has priority and facility, local time, prefix and pid', () => {
    const said = (options: object) => lines(options, (log) => log.fact(sample('stopped')));
    const text = 'All children have exited, closing down';
    assert.deepEqual(said({}), [`<21>Nov  2 09:05:08 cyrus/master[77]: ${text}`]);
    assert.deepEqual(said({ prefix: '', facility: 'LOCAL6' }), [`<181>Nov  2 09:05:08 master[77]: ${text}`]);
    assert.deepEqual(said({ facility: 'nonsense' }), [`<21>Nov  2 09:05:08 cyrus/master[77]: ${text}`]);
  });

  test('is one per line of diagnostics, and harmless whatever a worker writes', () => {
    const diagnostics = 'a.conf:1:1: error: x\n\na.conf:2:1: error: y\n';
    const refused = lines({}, (log) => log.tell({ kind: 'reload-refused', diagnostics }));
    assert.equal(refused.length, 2);
    const output = lines({}, (log) => log.fact(sample('output', { line: 'a\tred \u001b[31m' })));
    assert.match(output[0] ?? '', /stderr: a red \\x1b\[31m$/);
  });

  test('is cut where syslogd would cut', () => {
    const [long = ''] = lines({}, (log) => log.fact(sample('output', { line: 'x'.repeat(20_000) })));
    assert.ok(long.length < 8_192);
  });

  test('below the log level is not sent: Cyrus drops debug as well', () => {
    const quiet = (level: Level) =>
      spoken((log) => {
        for (const kind of ['master-ready', 'stopping', 'stopped', 'exited'] as const) log.fact(sample(kind));
      }, level).map((line) => Number(line[0]));
    assert.deepEqual(quiet('info'), [6, 5, 3, 4]);
    assert.deepEqual(quiet('warn'), [3, 4]);
    assert.deepEqual(quiet('fatal'), []);
  });
});

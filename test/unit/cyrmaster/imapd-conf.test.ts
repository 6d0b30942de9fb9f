// imapd.conf as Cyrus reads it: its shape, and what of it is for the master.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readImapdConf } from '../../../src/cyrmaster/imapd-conf.ts';
import { type ImapdSettings, readSettings } from '../../../src/cyrmaster/imapd-settings.ts';
import { err, ok } from '../../../src/lib/result.ts';

type Files = Readonly<Record<string, string>>;

function read(files: Files, prefix = '') {
  return readImapdConf('/etc/imapd.conf', prefix, (path) => {
    const text = files[path];
    return text === undefined ? err('ENOENT') : ok(text);
  });
}

function values(text: string, others: Files = {}): Record<string, string> {
  const outcome = read({ '/etc/imapd.conf': text, ...others });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return Object.fromEntries(outcome.value);
}

function trouble(text: string, others: Files = {}): string {
  const outcome = read({ '/etc/imapd.conf': text, ...others });
  assert.ok(!outcome.ok);
  return outcome.error;
}

describe('imapd.conf', () => {
  test('names and values, comments and blank lines', () => {
    const text = '# a comment\n\n  ConfigDirectory:\t/var/lib/cyrus  \npartition-default:/var/spool\n';
    assert.deepEqual(values(text), {
      configdirectory: '/var/lib/cyrus',
      'partition-default': '/var/spool',
    });
  });

  test('a backslash joins the next line, without a blank', () => {
    assert.deepEqual(values('admins: anna\\\n bert\\\n,carl\nx: 1'), { admins: 'anna bert,carl', x: '1' });
    assert.deepEqual(values('admins: anna\\'), { admins: 'anna' });
  });

  test('@include, also in a file that is included', () => {
    const others = { '/etc/a.conf': 'a: 1\n@Include: /etc/b.conf\n', '/etc/b.conf': 'b: 2\n' };
    assert.deepEqual(values('@include: /etc/a.conf\nc: 3', others), { a: '1', b: '2', c: '3' });
  });

  test('below CYRUS_PREFIX first', () => {
    const outcome = read({ '/chroot/etc/imapd.conf': 'a: 1\n@include: /b', '/b': 'b: 2' }, '/chroot');
    assert.ok(outcome.ok);
    assert.deepEqual(Object.fromEntries(outcome.value), { a: '1', b: '2' });
  });

  test('what Cyrus refuses is refused in its words', () => {
    assert.equal(
      trouble('a: 1\nno colon\n'),
      'invalid option name on line 2 of configuration file /etc/imapd.conf',
    );
    assert.equal(trouble('a:\n'), 'empty option value on line 1 of configuration file');
    assert.match(trouble('a: 1\nA: 2\n'), /^option 'a' was specified twice .*line 2\)$/);
    assert.match(trouble('@exclude: /x\n'), /^invalid directive on line 1 /);
    assert.equal(trouble('@include: /x\n'), "can't open configuration file /x: No such file or directory");
    assert.match(
      trouble('@include: /a\n', { '/a': '@include: /a\n' }),
      /^configuration file \/a included twice/,
    );
  });
});

function settings(text: string, environment: Record<string, string> = {}): ImapdSettings {
  const outcome = readSettings(new Map(Object.entries(values(text))), environment);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

describe('what the master reads of it', () => {
  test('the defaults', () => {
    assert.deepEqual(settings('configdirectory: /var/lib/cyrus'), {
      configDirectory: '/var/lib/cyrus',
      syslogPrefix: undefined,
      syslogFacility: undefined,
      pidfile: '/run/cyrus-master.pid',
      readyFile: undefined,
      bindErrorsFatal: false,
      debug: false,
      user: 'cyrus',
      group: undefined,
      procPath: '/var/lib/cyrus/proc',
    });
  });

  test('all that can be set', () => {
    const text = [
      'configdirectory: /c',
      'syslog_prefix: mail',
      'syslog_facility: LOCAL3',
      'master_pid_file: {ConfigDirectory}/m.pid',
      'master_ready_file: /run/m.ready',
      'master_bind_errors_fatal: yes',
      'debug: on',
      'cyrus_user: anna',
      'cyrus_group: staff',
      'proc_path: {configdirectory}/p',
    ];
    assert.deepEqual(settings(text.join('\n')), {
      configDirectory: '/c',
      syslogPrefix: 'mail',
      syslogFacility: 'LOCAL3',
      pidfile: '/c/m.pid',
      readyFile: '/run/m.ready',
      bindErrorsFatal: true,
      debug: true,
      user: 'anna',
      group: 'staff',
      procPath: '/c/p',
    });
  });

  test('what is said for the master alone counts, and the environment before that', () => {
    const text = 'configdirectory: /c\nsyslog_prefix: all\nmaster_syslog_prefix: mine\ncyrus_user: anna';
    assert.equal(settings(text).syslogPrefix, 'mine');
    const environment = { CYRUS_SYSLOG_PREFIX: 'theirs', CYRUS_USER: 'bert', CYRUS_GROUP: 'users' };
    const { syslogPrefix, user, group } = settings(text, environment);
    assert.deepEqual([syslogPrefix, user, group], ['theirs', 'bert', 'users']);
  });

  test('no configdirectory that can be used is refused', () => {
    const refusal = (text: string) => {
      const outcome = readSettings(new Map(Object.entries(values(text))), {});
      return outcome.ok ? 'taken' : outcome.error;
    };
    assert.match(refusal('a: 1'), /^configdirectory option not specified/);
    assert.match(refusal('configdirectory: var'), /fully qualified/);
    assert.match(refusal('configdirectory: /'), /must not be/);
    assert.match(refusal('configdirectory: /c\nmaster_bind_errors_fatal: maybe'), /^non-switch value/);
  });
});

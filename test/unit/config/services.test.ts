// SERVICES: addresses, Cyrus's implications, our keys, and what contradicts what.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { complaints, complaintsOf, loaded, servicesOf } from './fake-world.ts';

describe('addresses', () => {
  const hostsOf = async (keys: string) => {
    const services = await servicesOf(`a cmd=true ${keys}`);
    return services.map(({ index, address }) => [
      index,
      address.family === 'unix' ? address.path : address.host,
    ]);
  };

  test('a port alone is both wildcards', async () => {
    assert.deepEqual(await hostsOf('listen=imap'), [
      [0, '0.0.0.0'],
      [1, '::'],
    ]);
  });

  test('every address of a host is a service of its own', async () => {
    assert.deepEqual(await hostsOf('listen=localhost:143'), [
      [0, '::1'],
      [1, '127.0.0.1'],
    ]);
  });

  test('proto filters the family', async () => {
    assert.deepEqual(await hostsOf('listen=localhost:143 proto=tcp4'), [[0, '127.0.0.1']]);
    assert.deepEqual(await hostsOf('listen=143 proto=udp6'), [[0, '::']]);
    assert.deepEqual(await complaintsOf('a cmd=true listen="[::1]:143" proto=tcp4'), [
      'error 3:20 "[::1]:143" has no address for proto=tcp4',
    ]);
  });

  test('unix paths, relative ones from the working directory of the master', async () => {
    assert.deepEqual(await hostsOf('listen=/run/a.sock'), [[0, '/run/a.sock']]);
    assert.deepEqual(await hostsOf('listen=./run/a.sock'), [[0, '/srv/app/run/a.sock']]);
    // As Debian's cyrus.conf has it for notifyd.
    const [notify] = await servicesOf('a cmd=true listen="/run/notify" proto="udp" prefork=1');
    assert.deepEqual(notify?.address, { family: 'unix', transport: 'datagram', path: '/run/notify' });
    assert.deepEqual(await complaintsOf('a cmd=true listen=/run/a proto=tcp6'), [
      'error 3:32 proto=tcp6 means nothing for a unix socket',
    ]);
    const [complaint] = await complaintsOf(`a cmd=true listen=/${'x'.repeat(107)}`);
    assert.match(complaint ?? '', /has 108 bytes; the kernel takes 107/);
  });

  test('an unknown host refuses our file; a cyrus.conf goes on without the service', async () => {
    const entry = 'a cmd=true listen=nowhere:143';
    assert.deepEqual(await complaintsOf(entry), ['error 3:19 cannot resolve host "nowhere": ENOTFOUND']);
    const { master, warnings } = await loaded(`SERVICES {\n${entry}\nb cmd=true listen=0\n}`);
    assert.deepEqual([...new Set(master.services.map((service) => service.name))], ['b']);
    assert.equal(warnings[0]?.message, 'cannot resolve host "nowhere": ENOTFOUND; a is left out');
  });

  test('two services cannot have one address, but any number port 0', async () => {
    const shared = 'a cmd=true listen=localhost:143\nb cmd=true listen=localhost:imap';
    assert.deepEqual(await complaintsOf(shared), [
      'error 4:19 "localhost:imap" is where a (line 3) listens already',
    ]);
    assert.equal(
      (await servicesOf('a cmd=true listen=0 proto=tcp4\nb cmd=true listen=0 proto=tcp4')).length,
      2,
    );
  });
});

describe("Cyrus's implications", () => {
  const numbersOf = async (keys: string) => {
    const [service] = await servicesOf(`a cmd=true listen=0 ${keys}`);
    return [service?.prefork, service?.maxchild, service?.maxforkrate];
  };

  test('babysit, udp, no limit', async () => {
    const none = Number.POSITIVE_INFINITY;
    assert.deepEqual(await numbersOf(''), [0, none, none]);
    assert.deepEqual(await numbersOf('maxchild=-1 maxforkrate=0'), [0, none, none]);
    assert.deepEqual(await numbersOf('babysit=yes'), [1, none, 10]);
    assert.deepEqual(await numbersOf('babysit=1 prefork=3 maxforkrate=5'), [3, none, 5]);
    assert.deepEqual(await numbersOf('proto=udp4'), [0, 1, none]);
    assert.deepEqual(await numbersOf('proto=udp4 maxchild=4'), [0, 4, none]);
  });

  test('garbage in its keys is refused in our file; in a cyrus.conf it is the default, with a warning', async () => {
    const entry = 'a cmd=true listen=0 prefork=many maxchild=5x babysit=maybe';
    assert.deepEqual(await complaintsOf(entry), [
      'error 3:29 "many" for prefork is not a whole number',
      'error 3:43 "5x" for maxchild is not a whole number',
      'error 3:54 "maybe" for babysit is neither yes nor no',
    ]);
    const { master, warnings } = await loaded(`SERVICES {\n${entry}\n}\n`);
    assert.deepEqual(
      warnings.map(({ message }) => message),
      [
        '"many" for prefork is not a whole number; the default 0 is used',
        '"5x" for maxchild is not a whole number; 5 is used',
        '"maybe" for babysit is neither yes nor no; the default no is used',
      ],
    );
    const [service] = master.services;
    assert.deepEqual([service?.prefork, service?.maxchild, service?.babysit], [0, 5, false]);
  });
});

test('our keys', async () => {
  const [service] = await servicesOf(
    'a cmd=true listen=/run/a protocol=systemd backlog=10 clientlimit=5 startlimit=1m stoplimit=500ms idlekill=1h ' +
      'maxuse=100 maxrss=512M watchdog=20s mode=0660 owner=cyrus:www failures=cyrus',
  );
  const { backlog, clientlimit, startlimitMs, stoplimitMs, idlekillMs, maxuse, maxrssBytes, watchdogMs } =
    service ?? {};
  assert.deepEqual([backlog, clientlimit, maxuse, maxrssBytes], [10, 5, 100, 536_870_912]);
  assert.deepEqual([startlimitMs, stoplimitMs, idlekillMs, watchdogMs], [60_000, 500, 3_600_000, 20_000]);
  assert.deepEqual([service?.socketMode, service?.socketOwner], [0o660, { uid: 105, gid: 33 }]);
  assert.deepEqual([service?.protocol, service?.failureRule], ['systemd', 'cyrus']);
});

test('our keys are off, or safe, when they are not given', async () => {
  const [service] = await servicesOf('a cmd=true listen=0');
  const { idlekillMs, maxuse, maxrssBytes, watchdogMs, failureRule, backlog, startlimitMs } = service ?? {};
  assert.deepEqual([idlekillMs, maxuse, maxrssBytes, watchdogMs], [0, 0, 0, 0]);
  assert.deepEqual([failureRule, backlog, startlimitMs], ['breaker', 4096, 30_000]);
  assert.equal(Object.hasOwn(service ?? {}, 'socketMode'), false);
});

describe('contradictions', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['prefork=5 maxchild=3', 'error 3:29 prefork=5 is more than maxchild=3'],
    ['babysit=y maxchild=0', 'error 3:40 maxchild=0 never lets a worker start'],
    ['prefork=-2', 'error 3:29 prefork cannot be negative'],
    ['protocol=inetd prefork=1', 'error 3:44 prefork= contradicts protocol=inetd'],
    ['protocol=inetd babysit=y', 'error 3:44 babysit= contradicts protocol=inetd'],
    ['protocol=inetd proto=udp4', 'error 3:42 proto=udp4 contradicts protocol=inetd'],
    ['protocol=inetd clientlimit=4', 'error 3:48 clientlimit= contradicts protocol=inetd'],
    ['watchdog=5s', 'error 3:30 watchdog= needs protocol=systemd'],
    ['mode=0600', 'error 3:26 mode= needs a unix socket in listen='],
    ['protocol=inted', 'error 3:30 unknown value "inted" for protocol'],
    ['idlekill=30', 'error 3:30 idlekill: the duration "30" has no unit'],
    ['startlimit=0', 'error 3:32 startlimit cannot be 0'],
    ['clientlimit=0', 'error 3:33 "0" for clientlimit is not a whole number from 1 to 1000000'],
    ['perfork=1', 'error 3:21 unknown key "perfork" in SERVICES'],
    ['cmd=x', 'error 3:21 cmd= is given twice'],
  ];
  for (const [keys, expected] of cases) {
    test(keys, async () => {
      assert.deepEqual(await complaintsOf(`a cmd=true listen=0 ${keys}`), [expected]);
    });
  }

  test('a plain cyrus.conf runs with those that Cyrus would run', async () => {
    const entry = 'a cmd=true listen=0 prefork=5 maxchild=3 perfork=1 prefork=6';
    assert.deepEqual(await complaints(`SERVICES {\n${entry}\n}\nSERVICES {\n}\n`), [
      'warning 2:29 prefork=5 is more than maxchild=3; maxchild counts',
      'warning 2:42 unknown key "perfork" in SERVICES',
      'warning 2:52 prefork= is given twice; the first one counts',
      'warning 4:1 section SERVICES was given on line 1 already; this one is ignored',
    ]);
  });

  test('services and daemons of one name are refused even there, as by Cyrus', async () => {
    const text =
      'SERVICES {\na cmd=true listen=0\na cmd=true listen=0\n}\nSTART {\nb cmd=true\nb cmd=true\n}';
    assert.deepEqual(await complaints(text), [
      'error 3:1 "a" is given twice in SERVICES',
      'warning 7:1 "b" is given twice in START',
    ]);
  });
});

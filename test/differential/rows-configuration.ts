// Rows of what is written down: cyrus.conf and the command line. The others, and what a row is for, in rows.ts.

import type { Row } from './support/row.ts';

export const CONFIGURATION: readonly Row[] = [
  {
    row: 'sections, names, comments: what is an error',
    by: [
      'a name with a character that is none of a name is refused with 78',
      'two services of one name are refused with 78',
      'a section that the end of the file closes is one',
      'sections with other names are skipped',
      'sections are found when only their first letter is large',
      'a comment begins anywhere, and empty lines are none',
      'keys that nobody knows are ignored',
    ],
  },
  {
    row: 'START: in the order of the file, each to its end, before any socket; a failure ends the master with 1',
    by: [
      'START entries run one after the other, in the order of the file, before any socket is there',
      'a START entry that fails ends the master with 1, and what follows does not run',
    ],
  },
  {
    row: 'SERVICES: cmd= and listen= are required',
    by: ['a service without listen= is refused with 78', 'a service without cmd= is refused with 78'],
  },
  {
    row: 'prefork',
    by: [
      'prefork=3: three workers wait before anybody comes',
      'prefork=0: nobody runs until somebody comes, and then one',
      'ten clients at once on prefork=0 are all greeted, by ten workers',
      'without prefork and babysit, one that is killed is not replaced before a client comes',
      'two services do not count on each other: the limit of one is not the limit of the other',
    ],
  },
  {
    row: 'maxchild, for each address family',
    by: [
      'maxchild=2: the third client waits until one of the others has gone',
      'maxchild is stronger than prefork',
      'maxchild holds for each address family',
    ],
  },
  {
    row: 'maxforkrate, maxfds, babysit',
    by: [
      'maxforkrate=2: ten clients at once are served, but not all in the first second',
      'maxfds limits the descriptors of a worker',
      'babysit: one waits without prefork, and an idle one that is killed is replaced',
    ],
  },
  {
    row: 'proto and listen: families, unix sockets, datagrams',
    by: [
      'a port alone is every address of both families, each with workers of its own',
      'proto=tcp4 is IPv4 only',
      'a unix socket serves, and everybody may connect',
      'a unix socket that a master before has left is replaced',
      'a file that is no socket is in the way of a unix socket',
      'a service of datagrams has one worker, whatever prefork says, and it answers',
    ],
  },
  {
    row: 'an address that cannot be had is skipped; none left: the service is off until a reload',
    by: [
      'an address that another service has already costs only the one that came later',
      'a host that nobody knows costs only its own service',
    ],
  },
  {
    row: 'EVENTS: period, at, cron',
    by: [
      'an event with a period runs at once',
      'an event with at=hhmm does not run before its time',
      'an event with cron= does not run before its time',
      'an event at a time that is none is refused with 78',
      'an event that fails harms nobody',
    ],
    elsewhere: 'test/e2e/events.test.ts',
  },
  {
    row: 'DAEMON: one, started again; with wait=y one after the other',
    by: [
      'a daemon runs once, and is started again when it is killed',
      'daemons with wait=y are started one after the other and ended in reverse order',
    ],
  },
  {
    row: 'numbers that are none fall back to the default',
    by: ['a number that is none falls back to its default'],
  },
  {
    row: 'a program that is missing at the start ends it with 78',
    by: ['a program that does not exist is refused with 78'],
  },
];

export const COMMAND_LINE: readonly Row[] = [
  {
    row: '-C and -M, and what is missing there: 78',
    by: [
      'an imapd.conf that is not there is refused with 78',
      'an imapd.conf without configdirectory is refused with 78',
      'a file that is not there is refused with 78',
    ],
  },
  {
    row: '-p: locked for life, taken over, never a link; 71',
    by: [
      'the pidfile holds the pid of the master, and stays when it has ended',
      'a pidfile that another master has locked ends the second one with 71',
      'the pidfile of a master that was killed is taken over',
      'a pidfile that is a link to another file is not followed',
      'a pidfile in a directory that is not there ends the master with 71',
    ],
  },
  {
    row: '-d and -D',
    by: [
      '-d: the caller ends with 0 when the pidfile is written, and the master runs on in a session of its own',
      '-d: a pidfile that another master has locked is told by the exit code',
      '-d with a cyrus.conf that is wrong',
      '-d and -D together are refused with 78',
    ],
  },
  {
    row: '-l',
    by: ['-l: so many clients may be queued', 'without -l', '-l with a number that is none'],
  },
  {
    row: '-j, -v, -V and what is none; -L, and -r, which 3.6.1 does not have',
    by: [
      '-V says the version and ends with 0',
      '-j 0 is refused with 78',
      'an option that nobody knows is complained of, and no more',
    ],
    elsewhere: 'test/e2e/cyrmaster-foreground.test.ts',
  },
  {
    row: 'sockets are bound before root is given away',
    elsewhere: 'test/e2e/cyrmaster-privileges.test.ts',
  },
];

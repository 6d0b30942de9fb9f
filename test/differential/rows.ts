// What a drop-in for Cyrus's master must be right in, row by row, and which scenarios show it. A row without one, a
// scenario that no row names and a name that no scenario has fail the table's test (rows.test.ts). What no scenario can
// show, since it needs Cyrus's own services or a measurement, is shown by the file named here. Printed on the page.

import { COMMAND_LINE, CONFIGURATION } from './rows-configuration.ts';
import type { Part, Row } from './support/row.ts';

const PROTOCOL: readonly Row[] = [
  {
    row: 'descriptor 3 is the channel, 4 the socket, 0 reads nothing, and no other is open',
    by: ['the channel is at 3, the socket at 4, nothing to read at 0, and nothing else is open'],
  },
  {
    row: 'CYRUS_SERVICE, CYRUS_ID, the environment, the words of cmd=',
    by: ['a worker is told its service and its place among the addresses, and inherits the environment'],
  },
  {
    row: 'a DAEMON has CYRUS_ISDAEMON and neither channel nor socket',
    by: ['a daemon knows that it is one, and has neither socket nor channel'],
  },
  {
    row: 'signals, user and process group of a worker',
    by: [
      'no signal is blocked, and none that ends a worker is ignored',
      'a worker is a child of the master itself, as its user, in its process group',
    ],
  },
  {
    row: 'messages of eight bytes: whole, unknown, about others',
    by: [
      'a message with an unknown number is ignored',
      "half a message does not garble the words of the service's other workers",
      'a worker cannot speak in the name of another one',
      'a message about a pid that nobody has changes nothing',
    ],
  },
  {
    row: 'a worker is used again, or ends silently after a client',
    by: [
      'a worker whose client has gone takes the next one',
      'a worker that ends after its client is followed by another one',
    ],
  },
  {
    row: 'CONNECTION_MULTI of workers for many clients',
    by: [
      'a worker for many clients that says CONNECTION_MULTI takes one after the other, ten in all, without a second worker',
    ],
  },
  {
    row: 'exit 0 and 75 are no failures',
    by: [
      'workers that end with 75 at once are no failures',
      'workers that end with 0 at once are no failures',
      'a worker that exits with 0 in the middle of a client counts as gone and is no failure',
    ],
  },
  {
    row: 'SIGHUP: an idle worker goes, a busy one finishes',
    by: ['idle workers are replaced, the socket stays', 'a busy worker finishes its client and then goes'],
  },
  {
    row: 'ok of a daemon with wait=y, at every run',
    by: [
      'services listen, but their workers wait for a daemon with wait=y until it says that it is up',
      'a daemon with wait=y that is killed later is started again',
      'a daemon with wait=y that dies instead of saying so ends the start',
    ],
  },
  {
    row: "the real services: their lock of accept, 250 uses, idle time, imapd's own words",
    elsewhere: 'test/e2e/cyrus-shipped.test.ts',
  },
];

const ACCOUNTING: readonly Row[] = [
  {
    row: 'ready at fork, busy by UNAVAILABLE, ready by AVAILABLE, each once',
    by: [
      'prefork=2: for each that is busy another one is made ready',
      'AVAILABLE said twice counts once',
      'UNAVAILABLE said without a client counts as busy: maxchild ends the refill',
    ],
  },
  {
    row: 'CONNECTION forces busy, CONNECTION_MULTI forces ready',
    by: [
      'CONNECTION without UNAVAILABLE makes a worker busy',
      'CONNECTION_MULTI from a busy worker makes it ready again',
    ],
  },
  {
    row: 'an exit while busy is no failure',
    by: [
      'a worker that crashes with its client is replaced, and the next client is greeted',
      'eight workers that crash with their clients, one after the other, disable nothing',
    ],
  },
  {
    row: 'an abnormal exit while ready is one: five disable until SIGHUP, the socket is closed',
    by: [
      'a worker that is killed from outside while it waits is replaced, four times in a row',
      'five workers that die at their start disable the service, and clients are refused',
      'a disabled service serves again after SIGHUP, once what made it fail is mended',
      'a service that fails leaves the other ones alone',
      'on demand, five deaths disable the service as well',
      'a worker that is missing after the start is a failure that disables, and the master goes on',
    ],
  },
  {
    row: 'with babysit, and for every DAEMON, one more attempt every ten seconds',
    by: [
      'a babysat service that fails is tried again after ten seconds',
      'a daemon that dies is started again, and after five deaths every ten seconds',
    ],
  },
];

const RELOAD: readonly Row[] = [
  {
    row: 'the same name, listen and proto: the socket stays, limits take effect',
    by: ['a larger prefork takes effect', 'a smaller maxchild takes effect'],
  },
  {
    row: 'a changed listen is a new socket',
    by: ['a changed listen= is a new socket, and the old one refuses'],
  },
  {
    row: 'removed, added, and put in again',
    by: [
      'a removed service refuses within a second, and its busy worker finishes',
      'a new service is there after the reload',
      'a service that was removed and put in again serves',
    ],
  },
  { row: 'a DAEMON gets SIGHUP, too', by: ['a daemon is told by SIGHUP, and runs on'] },
  { row: 'START does not run again', by: ['START does not run again'] },
];

const SHUTDOWN: readonly Row[] = [
  {
    row: 'SIGTERM, SIGINT and SIGQUIT are the same; 0, and nobody is left',
    by: [
      'SIGTERM ends the master with 0, and nobody is left',
      'SIGINT ends the master with 0, and nobody is left',
      'SIGQUIT ends the master with 0, and nobody is left',
      'a busy client is cut when the master is stopped, for its worker gets SIGTERM',
    ],
  },
  {
    row: 'what START has left in the background ends too, unless it has a session of its own',
    by: [
      'what a START entry has left in the background as the cyrus user, as idled does, ends with the master',
      'what a START entry has left in the background without becoming somebody else ends with the master',
      'what a START entry has left in a session of its own outlives the master',
    ],
  },
  {
    row: 'afterwards nothing stands in the way',
    by: [
      'a unix socket is nobody any more after the end',
      'a master starts again at once where another one has ended',
    ],
  },
];

const VOICE: readonly Row[] = [
  {
    row: 'the texts that alerts match on',
    by: [
      'the log: five failures disable a service',
      'the log: a worker is killed while it waits',
      'the log: a reload',
      'the log: the end',
      'the log: an address that cannot be had',
      'the log: a START entry fails',
      'the log: a daemon with wait=y ends without a word',
      'the log: an event fails',
      'the log: a program has gone since the start',
      'the log: no process can be made',
    ],
    elsewhere: 'test/e2e/cyrmaster-voice.test.ts',
  },
  {
    row: 'cyrus_master_*: names, labels, values',
    by: ['the metrics of Cyrus have their names, labels and values'],
  },
];

const BETTER: readonly Row[] = [
  {
    row: 'weakness 1: signals reach a master whose queue is full, or that cannot fork',
    by: [
      'when no process can be made, a client waits, the processor rests, and SIGTERM ends the master',
      'when processes can be made again, the client that waited is greeted',
      'clients beyond maxchild cost no processor while they wait',
    ],
    elsewhere: 'test/e2e/cyrus-weaknesses.test.ts',
  },
  {
    row: 'weakness 2: a reload kills nobody who starts',
    by: ['many workers that are still starting survive a reload, and the service is not disabled by it'],
  },
  {
    row: 'weakness 3: a backlog that holds a burst',
    by: ['a hundred clients at once are all greeted with the default backlog'],
  },
  {
    row: 'weakness 4: a turn does not grow with a table of 10,000 places (a measurement: seen from outside both only take time)',
    elsewhere: 'bench/micro/turn.ts',
  },
  {
    row: 'on-demand starts follow the queue',
    by: ['on demand, slow workers are started as fast as clients come, not one at a time'],
  },
  { row: 'refilling never exceeds maxchild', by: ['refilling never exceeds maxchild'] },
  {
    row: 'no ceiling of 1,024 descriptors',
    by: ['four hundred services: the last one is served as well'],
  },
  {
    row: 'a bad configuration at a reload is refused',
    by: [
      'a reload with a file that is wrong leaves all as it was',
      'a reload with a program that is missing leaves all as it was',
    ],
  },
  {
    row: 'a reload neither signals events nor runs them again',
    by: [
      'an event that is running is not signalled by a reload',
      'a reload does not run an event with a period again',
      'an event that is still running is not started again by a reload',
    ],
  },
  {
    row: 'the end has a deadline',
    by: ['a worker that pays no attention to SIGTERM does not hold up the end for ever'],
  },
  {
    row: 'a full channel never blocks a worker',
    by: ['a worker is not stopped by a master that does not read what it says'],
  },
  {
    row: 'workers notice a dead master (those of the SDK; plain ones serve on, as under Cyrus)',
    by: ['when the master is killed, its workers serve on until they are told otherwise'],
    elsewhere: 'test/unit/worker/trouble.test.ts',
  },
];

export const PARTS: readonly Part[] = [
  { title: 'Protocol between master and worker', rows: PROTOCOL },
  { title: 'Accounting', rows: ACCOUNTING },
  { title: 'cyrus.conf', rows: CONFIGURATION },
  { title: 'Command line', rows: COMMAND_LINE },
  { title: 'Reload', rows: RELOAD },
  { title: 'Shutdown', rows: SHUTDOWN },
  { title: 'Log and metrics', rows: VOICE },
  { title: 'Where preforkd must be better', rows: BETTER },
];

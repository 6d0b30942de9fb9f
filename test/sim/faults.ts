// THE TABLE OF FAULTS: everything that can go wrong in a simulated run, by name. `--without` takes these names, the
// progress counts them, docs/generated/SIMULATION.md lists them. Faults of the port and misbehaviours of programs have tables of
// their own, and stand here under the same names. Load that is more than a calm day's is a fault of its clients.

import { CHAOS_FAULTS } from '../../src/os/chaos.ts';
import { BEHAVIOURS, DAEMON_BEHAVIOURS, JOB_BEHAVIOURS } from '../../src/os/sim/programs/index.ts';

/**
 * Who does it: the port says so (chaos.ts), a child of the master behaves so (programs), a client, an administrator,
 * or the machine and the world around it.
 */
export type Room = 'port' | 'worker' | 'client' | 'operator' | 'world';

export interface Fault {
  readonly sentence: string;
  readonly room: Room;
}

const CLIENT_FAULTS = {
  burst: 'many clients come in the same moment, now and then',
  steady: 'a client comes every so many milliseconds, faster than on a calm day',
  poisson: 'clients come by a Poisson process, faster than on a calm day',
  ramp: 'more and more clients come',
  'reconnect-storm': 'a crowd of clients; each that was not served comes back with its peers',
  'slow-loris': 'clients that connect, say almost nothing, and stay for long',
  'hang-up': 'clients that leave while they wait, or in the middle of what they want',
  impatient: 'clients that give up after a short time',
  wanderers: 'clients that go to whatever listens now, also to what a reload has added or moved',
} as const;

const OPERATOR_FAULTS = {
  'reload-same': 'a reload of the very same configuration',
  'reload-changed': 'a reload with other limits, another command or another address',
  'reload-removed': 'a reload without some of the entries',
  'reload-added': 'a reload with more entries',
  'reload-bad': 'a reload with an address that is taken, or with a program that is not there',
  'pause-resume': 'a service or daemon is paused, and resumed after a while',
  scale: 'prefork and maxchild are set by hand, also to values that contradict each other',
  retire: 'workers are told to finish, by serial number; also such as have ended, or never lived',
  tune: 'the plane says which facts it does not want to hear',
  snapshot: 'the status is asked for',
} as const;

const WORLD_FAULTS = {
  signals: 'signals hit the master by a Poisson process',
  solaris: 'an interrupted poll says EINTR also when something is ready',
  stall: 'the master is stopped for 50 ms to 5 s, while all others go on',
  'wall-jump': 'the wall clock jumps by minutes or hours, forward and back',
  'daylight-saving': 'the run begins shortly before the clocks change in Europe/Berlin',
  'oom-kill': 'a process of the master is killed from outside',
  'pid-reuse': 'few pids, and processes of others between ours: pids come back soon',
  'small-pipes': 'pipes hold one page',
  'small-backlog': 'accept queues hold next to nobody (net.core.somaxconn)',
  'few-descriptors': 'the limit of open descriptors is low for a while',
  'slow-spawn': 'a spawn takes up to 100 ms until it returns',
  'slow-exec': 'the loader takes up to a second before the program begins',
  'bad-binary': 'programs cannot be executed for a while, as in the middle of an upgrade',
} as const;

/** What the tables of programs call the lack of a fault. */
export const WELL_BEHAVED = 'well-behaved';

/** Workers, daemons and jobs have tables of their own, and some names in common. */
export const DAEMON_PREFIX = 'daemon-';
export const JOB_PREFIX = 'job-';

function misbehaviours(table: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  const bad = Object.entries(table).filter(([name]) => name !== WELL_BEHAVED);
  return Object.fromEntries(bad.map(([name, sentence]) => [prefix + name, sentence]));
}

function inRoom(room: Room, sentences: Readonly<Record<string, string>>): [string, Fault][] {
  return Object.entries(sentences).map(([name, sentence]) => [name, { sentence, room }]);
}

export const FAULTS: Readonly<Record<string, Fault>> = Object.fromEntries([
  ...inRoom('port', CHAOS_FAULTS),
  ...inRoom('worker', misbehaviours(BEHAVIOURS, '')),
  ...inRoom('worker', misbehaviours(DAEMON_BEHAVIOURS, DAEMON_PREFIX)),
  ...inRoom('worker', misbehaviours(JOB_BEHAVIOURS, JOB_PREFIX)),
  ...inRoom('client', CLIENT_FAULTS),
  ...inRoom('operator', OPERATOR_FAULTS),
  ...inRoom('world', WORLD_FAULTS),
]);

export const FAULT_NAMES: readonly string[] = Object.keys(FAULTS);

export function faultsOf(room: Room): readonly string[] {
  return FAULT_NAMES.filter((name) => FAULTS[name]?.room === room);
}

export type ClientFault = keyof typeof CLIENT_FAULTS;
export type OperatorFault = keyof typeof OPERATOR_FAULTS;
export type WorldFault = keyof typeof WORLD_FAULTS;

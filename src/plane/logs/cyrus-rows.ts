// THE table of what Cyrus's master says: fact -> text and priority of syslog(3). Administrators' alerts match on
// these words (docs/CYRUS.md): they are those of Cyrus's master and must not be changed for the sake of style. A fact
// without a row is said in our own words by cyrus-log.ts. Called by nobody else.

import type { FactKind, Subject, WorkerSubject } from '../../core/facts.ts';
import { errnoText } from '../../lib/errno-text.ts';
import { PRIORITY, type Priority } from './cyrus-line.ts';
import type { CyrusMemory } from './cyrus-memory.ts';
import type { FactOf } from './row.ts';
import { signalText } from './signal-text.ts';

export interface Said {
  readonly priority: Priority;
  readonly text: string;
}

export type CyrusRow<K extends FactKind> = (fact: FactOf<K>, memory: CyrusMemory) => readonly Said[];

const NOTHING: readonly Said[] = [];
const said = (priority: keyof typeof PRIORITY, text: string): Said => ({
  priority: PRIORITY[priority],
  text,
});

/** 'imap/ipv4'; Cyrus calls the family of a DAEMON `daemon`. */
const named = ({ service, family }: Pick<Subject, 'service' | 'family'>) =>
  `${service}/${family || 'daemon'}`;

/** Out of descriptors or families: Cyrus knows this at socket(2), not at bind(2). */
const AT_SOCKET: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAFNOSUPPORT']);

const SECTION = { service: 'SERVICE', daemon: 'DAEMON', event: 'EVENT', start: 'START' } as const;

export const CYRUS_ROWS: { readonly [K in FactKind]?: CyrusRow<K> } = {
  'master-started': () => [said('debug', 'process started')],
  'master-ready': () => [said('debug', 'ready for work')],
  'start-failed': startFailed,
  stopping: (_fact, memory) =>
    memory.startFailed() ? NOTHING : [said('info', 'attempting clean shutdown on signal')],
  stopped: ({ exitCode }) => [
    exitCode === 0
      ? said('notice', 'All children have exited, closing down')
      : // What fatal() of Cyrus says last.
        said('notice', 'exiting'),
  ],
  'reload-applied': ({ kept, changed, added, removed }) => [
    said(
      'notice',
      `Services reconfigured. ${kept} kept, ${changed} changed, ${added} added, ${removed} removed`,
    ),
  ],
  interrupted: ({ gaveUp }) =>
    gaveUp > 0 ? [said('warning', 'Repeatedly interrupted, too many signals?')] : NOTHING,
  listening: (fact) => [said('debug', `activating service ${named(fact)}`)],
  'listen-failed': (fact) => [
    said(
      'error',
      `unable to ${AT_SOCKET.has(fact.errno) ? 'open' : 'bind to'} ${named(fact)} socket: ${errnoText(fact.errno)}`,
    ),
  ],
  'service-unbound': ({ service }, memory) => [
    said(
      'error',
      `unable to create ${service} listener socket: ${errnoText(memory.bindErrno(service) ?? 'EADDRNOTAVAIL')}`,
    ),
  ],
  'service-disabled': (fact) => [
    said('error', `too many failures for service ${named(fact)}, disabling until next SIGHUP`),
  ],
  'breaker-opened': (fact) => [
    said(
      'error',
      `ERROR: too many failures for service ${named(fact)}, disabling for ${Math.round(fact.retryInMs / 1000)} seconds`,
    ),
  ],
  spawned: (fact) =>
    fact.owner === 'service'
      ? [said('debug', `service ${named(fact)} now has ${fact.ready} ready workers`)]
      : NOTHING,
  'spawn-failed': spawnFailed,
  exited,
  'message-bad': (fact) => [
    said(
      'warning',
      `service ${named(fact)} pid ${fact.pid} in ${stateText(fact.state)} state: ${fact.problem}`,
    ),
  ],
  // `exited` has said it.
  'job-finished': () => NOTHING,
};

function startFailed({ service, reason }: FactOf<'start-failed'>, memory: CyrusMemory): readonly Said[] {
  if (memory.ownerOf(service) !== 'daemon') return [said('critical', "can't run startup")];
  return [
    said('error', `ERROR: waitdaemon ${service}/daemon did not write "ok\\r\\n" to fd 3: ${reason}`),
    said('critical', `unable to spawn waitdaemon ${service}/daemon`),
  ];
}

function spawnFailed(fact: FactOf<'spawn-failed'>): readonly Said[] {
  const { owner, program, stage } = fact;
  const reason = errnoText(fact.errno);
  if (stage === 'exec') {
    const text = {
      start: `can't exec ${program} for startup: ${reason}`,
      event: `can't exec ${program} on schedule: ${reason}`,
      service: `couldn't exec ${program}: ${reason}`,
      daemon: `couldn't exec ${program}: ${reason}`,
    };
    return [said('error', text[owner])];
  }
  if (owner === 'event') return [said('critical', `can't fork process to run event ${fact.service}`)];
  const what = owner === 'start' ? 'startup' : `service ${named(fact)}`;
  return [said('error', `can't fork process to run ${what}: ${reason}`)];
}

function exited(fact: FactOf<'exited'>, memory: CyrusMemory): readonly Said[] {
  const ending = endingOf(fact, describe(fact, fact.ageMs, memory));
  const { owner, state, expected } = fact;
  if (expected || (owner !== 'service' && owner !== 'daemon')) return [ending];
  const text = `service ${named(fact)} pid ${fact.pid} in ${stateText(state)} state: terminated abnormally`;
  return [ending, said(state === 'busy' ? 'debug' : 'warning', text)];
}

/** EX_TEMPFAIL: how a Cyrus process ends at SIGTERM. */
const STATUS_KILLED = '75';

function endingOf({ how, expected }: FactOf<'exited'>, process: string): Said {
  const status = /^exit (\d+)$/.exec(how)?.[1];
  if (status === '0') return said('debug', `${process} exited normally`);
  if (status === STATUS_KILLED) return said('debug', `${process} was killed`);
  if (status !== undefined) return said('error', `${process} exited, status ${status}`);
  const signal = /^signal (\w+)$/.exec(how)?.[1];
  if (signal === undefined) return said('error', `${process}: ${how}`);
  // One that died of our own signal has done nothing wrong.
  return said(expected ? 'debug' : 'error', `${process} signaled to death by signal ${signalText(signal)}`);
}

function describe({ owner, service, pid }: WorkerSubject, ageMs: number, memory: CyrusMemory): string {
  const program = memory.programOf(owner, service);
  const path = program === undefined ? '' : ` path:${program}`;
  return `process type:${SECTION[owner]} name:${service}${path} age:${(ageMs / 1000).toFixed(3)}s pid:${pid}`;
}

/** Cyrus knows two: who starts is ready, and who was told to finish is what it was. */
function stateText(state: FactOf<'exited'>['state']): 'READY' | 'BUSY' {
  return state === 'busy' ? 'BUSY' : 'READY';
}

// A simulated worker, for each of the protocols: comes up in its time, takes its descriptors from where the protocol puts
// them, sets its signal handlers, and serves until it is told to end. What it does wrong is in acts.ts and lies.ts.

import { PREFORKD_BACKLOG, PREFORKD_CLIENT_LIMIT } from '../../../protocol/environment.ts';
import { LISTEN_FD, STDIN_FD, SYSTEMD_LISTEN_FD } from '../../../protocol/fds.ts';
import { type Program, sleepThrough, type Task, type Userland } from '../program.ts';
import { Mischief } from './acts.ts';
import { DatagramServer } from './datagrams.ts';
import { Life } from './life.ts';
import type { Moves } from './moves.ts';
import type { WorkerOptions } from './options.ts';
import { Server } from './server.ts';
import { Session } from './session.ts';
import { cyrusWords, noWords, systemdWords } from './words.ts';

/** After SIGTERM: EX_TEMPFAIL. */
const EXIT_TOLD = 75;
/** What a C program of Cyrus says to a listening socket that accepts nothing: EX_OSERR. */
const EXIT_SOCKET_GONE = 71;
/** What the master itself defaults to. */
const BACKLOG_DEFAULT = 4_096;

interface Servant {
  readonly mischief: Mischief;
  live(): Task;
}

const SERVANTS: Record<WorkerOptions['protocol'], (life: Life) => Servant> = {
  cyrus: cyrusServant,
  systemd: (life) =>
    new Server(life, systemdWords(life), {
      listener: SYSTEMD_LISTEN_FD,
      places: Number.POSITIVE_INFINITY,
      backlog: undefined,
      exitWhenGone: EXIT_SOCKET_GONE,
    }),
  inetd: inetdServant,
  datagram: (life) => new DatagramServer(life, cyrusWords(life, 1), EXIT_SOCKET_GONE),
};

export function workerProgram(options: WorkerOptions): Program {
  return function* worker(self) {
    const life = new Life(self, options);
    const servant = SERVANTS[options.protocol](life);
    yield* sleepThrough(self, options.startupMs);
    const end = yield* servant.mischief.start();
    if (end !== undefined) return end;
    setHandlers(life);
    life.up();
    return yield* servant.live();
  };
}

function setHandlers(life: Life): void {
  const { self, options } = life;
  const { protocol } = options;
  // A program behind inetd knows nothing of a master: signals end it, unless it ignores them.
  if (protocol === 'inetd' && options.behaviour !== 'ignore-term') return;
  self.handle('SIGTERM', () => life.hear(protocol === 'systemd' ? 0 : EXIT_TOLD));
  if (protocol !== 'systemd' || options.behaviour === 'ignore-term')
    self.handle('SIGHUP', () => life.hear(0));
}

function cyrusServant(life: Life): Servant {
  const places = limitOf(life.self, PREFORKD_CLIENT_LIMIT, 1);
  const { announces } = life.options;
  return new Server(life, cyrusWords(life, places), {
    listener: LISTEN_FD,
    places,
    backlog: announces ? limitOf(life.self, PREFORKD_BACKLOG, BACKLOG_DEFAULT) : undefined,
    exitWhenGone: announces ? EXIT_TOLD : EXIT_SOCKET_GONE,
  });
}

/** The connection is stdin and stdout: one session, and the end. */
function inetdServant(life: Life): Servant {
  const mischief = new Mischief({ life, words: noWords(), listener: undefined });
  return { mischief, live: () => serveOne(life, mischief) };
}

function* serveOne(life: Life, mischief: Mischief): Moves<number> {
  const session = new Session(life.self, STDIN_FD, life.options.workMs);
  life.uses = 1;
  session.greet(life.uses);
  while (session.advance() === 'open') {
    const end = (yield* mischief.now('busy')) ?? life.told;
    if (end !== undefined) return end;
    const limitMs = Math.min(session.dueMs, mischief.dueMs);
    yield session.working ? { kind: 'sleep', ms: limitMs } : { kind: 'readable', fds: [STDIN_FD], limitMs };
  }
  return 0;
}

/** The environment is the administrator's: what is no number counts as not said. */
function limitOf({ environment }: Userland, name: string, otherwise: number): number {
  const value = Number(environment[name]);
  return Number.isInteger(value) && value >= 1 ? value : otherwise;
}

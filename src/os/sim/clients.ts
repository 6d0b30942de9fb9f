// Clients of the simulated services: how one behaves, and what became of it. Each is a task on another machine; the
// scenario starts it through arrivals.ts. The greeting is the server's first word: without it nobody was served.

import type { Address, Errno, Fd } from '../os.ts';
import { type Program, sleep, type Userland, type Wait, type Woken } from './program.ts';

export const CLIENT_KINDS = {
  polite: 'waits for its greeting, asks a few things, says good-bye',
  'hang-up': 'closes half-way: queued, or in the middle of a session',
  'slow-loris': 'connects and says nothing, for long',
  impatient: 'polite, but gives up soon when nobody greets it',
} as const;

export type ClientKind = keyof typeof CLIENT_KINDS;

export interface ClientOptions {
  readonly name: string;
  /** A datagram's client sends its requests, and hears nothing. */
  readonly address: Address;
  readonly kind: ClientKind;
  /** From its first SYN to its greeting, and for each answer. */
  readonly patienceMs: number;
  /** From its greeting to its good-bye; of a slow-loris, from its connection on. */
  readonly holdMs: number;
  readonly requests: number;
  /** Called when it is greeted ('greeted'), and once when all is over. */
  readonly report: (result: ClientResult) => void;
}

/** refused: nobody listens; reset: the server went away; gave-up: of its own will; sent: the datagrams are on their way. */
export type ClientOutcome = 'served' | 'refused' | 'timed-out' | 'reset' | 'gave-up' | 'sent';

export interface ClientResult {
  readonly name: string;
  readonly address: Address;
  readonly outcome: ClientOutcome | 'greeted';
  /** All in ms of the monotonic clock; undefined: it did not come to that. */
  readonly startedAt: number;
  readonly connectedAt: number | undefined;
  readonly greetedAt: number | undefined;
  /** undefined in the report of the greeting. */
  readonly endedAt: number | undefined;
}

const READ_BYTES_MOST = 4_096;
const IMPATIENT_PART_LEAST = 0.01;
const IMPATIENT_PART_MOST = 0.2;

const REFUSALS: ReadonlySet<Errno> = new Set(['ECONNREFUSED', 'ENOENT', 'EAGAIN']);

type Course = Generator<Wait, ClientOutcome, Woken>;

export function clientProgram(options: ClientOptions): Program {
  return function* client(self) {
    const call = new Call(self, options);
    const outcome =
      options.address.transport === 'datagram' ? yield* call.sendDatagrams() : yield* call.connect();
    call.over(outcome);
    return 0;
  };
}

/** One attempt to be served. */
class Call {
  readonly #self: Userland;
  readonly #options: ClientOptions;
  readonly #startedAt: number;
  #connectedAt: number | undefined;
  #greetedAt: number | undefined;

  constructor(self: Userland, options: ClientOptions) {
    this.#self = self;
    this.#options = options;
    this.#startedAt = self.now();
  }

  *connect(): Course {
    const { address, kind } = this.#options;
    const patienceMs = this.#patienceMs();
    const woken = yield { kind: 'connect', address, limitMs: patienceMs };
    if (woken.kind === 'failed') return outcomeOf(woken.errno);
    if (woken.kind !== 'connected') return kind === 'impatient' ? 'gave-up' : 'timed-out';
    this.#connectedAt = this.#self.now();
    const outcome = yield* this.#onConnection(woken.fd, this.#startedAt + patienceMs);
    this.#self.close(woken.fd);
    return outcome;
  }

  *sendDatagrams(): Course {
    const { address, requests, holdMs } = this.#options;
    for (let sent = 0; sent < requests; sent += 1) {
      if (sent > 0) yield* sleep(holdMs / requests);
      const outcome = this.#self.sendTo(address, new TextEncoder().encode(`request ${sent}`));
      if (outcome !== 'sent') return outcomeOf(outcome);
    }
    return 'sent';
  }

  over(outcome: ClientOutcome): void {
    this.#report(outcome, this.#self.now());
  }

  *#onConnection(fd: Fd, patientUntil: number): Course {
    const { kind, holdMs } = this.#options;
    const now = this.#self.now();
    if (kind === 'hang-up') {
      const until = now + this.#self.entropy.stream('hang-up').between(0, holdMs);
      return (yield* this.#listenUntil(fd, until)) ?? 'gave-up';
    }
    if (kind === 'slow-loris') {
      const lost = yield* this.#listenUntil(fd, now + holdMs);
      return lost ?? (this.#greetedAt === undefined ? 'gave-up' : 'served');
    }
    const heard = yield* this.#hear(fd, patientUntil);
    if (heard === 'silence') return kind === 'impatient' ? 'gave-up' : 'timed-out';
    return heard === 'lost' ? 'reset' : yield* this.#converse(fd);
  }

  /** A session: the requests spread over the hold, each answered, and the good-bye. */
  *#converse(fd: Fd): Course {
    const { requests, holdMs, patienceMs } = this.#options;
    const pauseMs = holdMs / (requests + 1);
    for (let asked = 0; asked <= requests; asked += 1) {
      const lost = yield* this.#listenUntil(fd, this.#self.now() + pauseMs);
      if (lost !== undefined) return lost;
      this.#self.write(fd, new TextEncoder().encode(asked < requests ? 'noop\r\n' : 'logout\r\n'));
      const heard = yield* this.#hear(fd, this.#self.now() + patienceMs);
      if (heard !== 'words') return heard === 'lost' ? 'reset' : 'timed-out';
    }
    return 'served';
  }

  /** Stays until then. 'reset' when the server goes first. */
  *#listenUntil(fd: Fd, until: number): Generator<Wait, 'reset' | undefined, Woken> {
    while (this.#self.now() < until) if ((yield* this.#hear(fd, until)) === 'lost') return 'reset';
    return undefined;
  }

  /** Waits for the server's next words. The first are its greeting. */
  *#hear(fd: Fd, until: number): Generator<Wait, 'words' | 'silence' | 'lost', Woken> {
    for (;;) {
      const outcome = this.#self.read(fd, READ_BYTES_MOST);
      if (outcome.kind === 'data') {
        this.#greeted();
        return 'words';
      }
      if (outcome.kind !== 'empty') return 'lost';
      const limitMs = until - this.#self.now();
      if (limitMs <= 0) return 'silence';
      yield { kind: 'readable', fds: [fd], limitMs };
    }
  }

  #greeted(): void {
    if (this.#greetedAt !== undefined) return;
    this.#greetedAt = this.#self.now();
    this.#report('greeted', undefined);
  }

  #report(outcome: ClientResult['outcome'], endedAt: number | undefined): void {
    const { name, address, report } = this.#options;
    report({
      name,
      address,
      outcome,
      startedAt: this.#startedAt,
      connectedAt: this.#connectedAt,
      greetedAt: this.#greetedAt,
      endedAt,
    });
  }

  #patienceMs(): number {
    const { kind, patienceMs } = this.#options;
    if (kind !== 'impatient') return patienceMs;
    return (
      patienceMs * this.#self.entropy.stream('impatient').between(IMPATIENT_PART_LEAST, IMPATIENT_PART_MOST)
    );
  }
}

function outcomeOf(errno: Errno): ClientOutcome {
  if (REFUSALS.has(errno)) return 'refused';
  return errno === 'ETIMEDOUT' ? 'timed-out' : 'reset';
}

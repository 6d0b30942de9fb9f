// The worker of the simulated comparison: an imapd in what it costs. Comes up, greets each client, ends with him at LOGOUT
// or when he has gone, and takes the next; says what Cyrus's workers say, and is silent until its first client. All its
// work needs a processor (processors.ts).

import type { Fd } from '../../../src/os/os.ts';
import type { Program, Userland, Wait, Woken } from '../../../src/os/sim/program.ts';
import { LISTEN_FD, STATUS_FD } from '../../../src/protocol/fds.ts';
import { encodeStatus, type StatusWord } from '../../../src/protocol/status-message.ts';
import type { Processors } from './processors.ts';

/** Processor time, ms. */
export interface Costs {
  readonly startMs: number;
  readonly greetMs: number;
  /** The rest of a session, from LOGOUT to the next accept. */
  readonly leaveMs: number;
}

const READ_BYTES_MAX = 1_024;
const EXIT_SOCKET_GONE = 71;

const bytes = (text: string) => new TextEncoder().encode(text);
const GREETING = bytes('* OK ready\r\n');
const GOODBYE = bytes('* BYE\r\n');

/** `served` is called with each client. */
export function imapdLike(processors: Processors, costs: Costs, served: () => void): Program {
  return function* worker(self) {
    const say = (word: StatusWord) => self.write(STATUS_FD, encodeStatus(word, self.pid));
    yield* processors.work(self, costs.startMs);
    for (;;) {
      const woken = yield { kind: 'accept', fd: LISTEN_FD };
      if (woken.kind !== 'connected') return EXIT_SOCKET_GONE;
      say('unavailable');
      say('connection');
      served();
      yield* processors.work(self, costs.greetMs);
      self.write(woken.fd, GREETING);
      yield* untilHeard(self, woken.fd);
      yield* processors.work(self, costs.leaveMs);
      self.write(woken.fd, GOODBYE);
      self.close(woken.fd);
      say('available');
    }
  };
}

/** A word or the end: the clients of the comparison say nothing but LOGOUT. */
function* untilHeard(self: Userland, fd: Fd): Generator<Wait, void, Woken> {
  while (self.read(fd, READ_BYTES_MAX).kind === 'empty') yield { kind: 'readable', fds: [fd] };
}

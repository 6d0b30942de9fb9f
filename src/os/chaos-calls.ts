// What each fault of chaos.ts does to the calls of a port: the call fails, tells less, or takes longer. Called by
// withChaos, once per port; what is returned stands in the place of the port's own calls.
// Beneath a fault the port is used as it may be: a call is left out, or made with other arguments; nothing is undone.

import type { Entropy } from '../lib/entropy.ts';
import type { ChaosFault } from './chaos.ts';
import type { Fd, Os, PollOutcome, ReadOutcome, SpawnOutcome } from './os.ts';

/** Whether a fault hits: drawn at every call that it may hit, also when another one is met first. */
export interface Lot {
  hits(): boolean;
  /** For what is drawn beyond that. */
  readonly extent: Pick<Entropy, 'integer'>;
  /** It has had its effect. */
  count(): void;
}

export type LotOf = (fault: ChaosFault) => Lot;

const INTERRUPTED: PollOutcome = { kind: 'interrupted' };
const NO_MEMORY: PollOutcome = { kind: 'failed', errno: 'ENOMEM' };

export function polling(os: Os, lot: LotOf) {
  const eintr = lot('eintr');
  const enomem = lot('poll-enomem');
  const few = lot('epoll-few');
  const shuffled = lot('epoll-shuffled');
  return {
    poll: (fds, timeoutMs) => {
      const interrupted = eintr.hits();
      const refused = enomem.hits();
      if (interrupted) return counted(eintr, INTERRUPTED);
      // To wait for nothing but time, the kernel needs no memory.
      return refused && fds.length > 0 ? counted(enomem, NO_MEMORY) : os.poll(fds, timeoutMs);
    },
    epollReady: (max) => {
      const onlyOne = few.hits();
      const mixed = shuffled.hits();
      const tags = os.epollReady(max);
      if (tags.length < 2 || !(onlyOne || mixed)) return tags;
      // Any of them, not the first: the kernel goes round, and would not let one wait for good behind another.
      if (onlyOne) return counted(few, [tags[few.extent.integer(0, tags.length - 1)] as number]);
      return counted(shuffled, shuffle(tags, shuffled.extent));
    },
  } satisfies Partial<Os>;
}

const EMPTY: ReadOutcome = { kind: 'empty' };
const TOO_MANY_FILES = { ok: false, errno: 'EMFILE' } as const;

export function opening(os: Os, lot: LotOf) {
  const again = lot('read-eagain');
  const short = lot('short-read');
  const emfile = lot('open-emfile');
  const notifySockets = new Set<Fd>();
  return {
    read: (fd, maxBytes) => {
      const nothing = again.hits();
      const cut = short.hits();
      if (nothing) return counted(again, EMPTY);
      if (!cut || maxBytes < 2 || notifySockets.has(fd)) return os.read(fd, maxBytes);
      const limit = shortened(maxBytes, short.extent);
      const outcome = os.read(fd, limit);
      if (outcome.kind === 'data' && outcome.bytes.length === limit) short.count();
      return outcome;
    },
    openChannel: () => (emfile.hits() ? counted(emfile, TOO_MANY_FILES) : os.openChannel()),
    openOutput: () => (emfile.hits() ? counted(emfile, TOO_MANY_FILES) : os.openOutput()),
    openNotify: (owner) => {
      if (emfile.hits()) return counted(emfile, TOO_MANY_FILES);
      const outcome = os.openNotify(owner);
      if (outcome.ok) notifySockets.add(outcome.fd);
      return outcome;
    },
    closeNotify: (fd, path) => {
      notifySockets.delete(fd);
      os.closeNotify(fd, path);
    },
  } satisfies Partial<Os>;
}

const LARGEST_BIT = 31;

/** From 1 byte to all but one, few as likely as many: half a message, and all but the last of a long line. */
function shortened(maxBytes: number, extent: Lot['extent']): number {
  const bits = extent.integer(0, LARGEST_BIT - Math.clz32(maxBytes));
  return extent.integer(1, Math.min(2 ** bits, maxBytes - 1));
}

function shuffle(tags: readonly number[], extent: Lot['extent']): number[] {
  const mixed = [...tags];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = extent.integer(0, at);
    [mixed[at], mixed[other]] = [mixed[other] as number, mixed[at] as number];
  }
  return mixed;
}

const NO_DESCRIPTOR = { kind: 'failed', errno: 'EMFILE' } as const;
const NO_ANSWER = { ok: false, errno: 'EIO' } as const;
const ADDRESS_IN_USE = { ok: false, errno: 'EADDRINUSE' } as const;

export function serving(os: Os, lot: LotOf) {
  const emfile = lot('accept-emfile');
  const eio = lot('queue-eio');
  const inUse = lot('listen-eaddrinuse');
  return {
    accept: (fd) => (emfile.hits() ? counted(emfile, NO_DESCRIPTOR) : os.accept(fd)),
    queue: (fd, address) => (eio.hits() ? counted(eio, NO_ANSWER) : os.queue(fd, address)),
    listen: (address, options) =>
      inUse.hits() ? counted(inUse, ADDRESS_IN_USE) : os.listen(address, options),
  } satisfies Partial<Os>;
}

const SLOW_SPAWN_MS_MAX = 50;

/** In the order in which the kernel would meet them. */
const SPAWN_REFUSALS = [
  { fault: 'spawn-eagain', stage: 'fork', errno: 'EAGAIN' },
  { fault: 'spawn-enomem', stage: 'fork', errno: 'ENOMEM' },
  { fault: 'spawn-enoent', stage: 'exec', errno: 'ENOENT' },
  { fault: 'spawn-eacces', stage: 'exec', errno: 'EACCES' },
  { fault: 'spawn-etxtbsy', stage: 'exec', errno: 'ETXTBSY' },
] as const;

/** `stallMs`: how long every spawn stands still before anything else, now. */
export function spawning(os: Os, lot: LotOf, stallMs: () => number) {
  const refusals = SPAWN_REFUSALS.map(({ fault, stage, errno }) => {
    return { lot: lot(fault), outcome: { kind: 'failed', stage, errno } satisfies SpawnOutcome };
  });
  const slow = lot('spawn-slow');
  const killed = lot('child-killed');
  const spawn: Os['spawn'] = (request) => {
    standStill(os, stallMs());
    let refusal: (typeof refusals)[number] | undefined;
    for (const each of refusals) if (each.lot.hits()) refusal ??= each;
    const late = slow.hits();
    const doomed = killed.hits();
    const outcome = refusal ? counted(refusal.lot, refusal.outcome) : os.spawn(request);
    if (doomed && outcome.kind === 'spawned' && os.signal(outcome.pidfd, 'SIGKILL') === 'sent')
      killed.count();
    if (late) {
      // After it, so that what the child does meanwhile is there before the master knows of the child.
      os.poll([], slow.extent.integer(1, SLOW_SPAWN_MS_MAX));
      slow.count();
    }
    return outcome;
  };
  return { spawn } satisfies Partial<Os>;
}

/** In the kernel, as an exec does that waits for a file server. A signal ends a poll early, but no such wait. */
function standStill(os: Os, ms: number): void {
  const until = os.now() + ms;
  for (let left = ms; left > 0; left = until - os.now()) os.poll([], left);
}

function counted<T>(lot: Lot, outcome: T): T {
  lot.count();
  return outcome;
}

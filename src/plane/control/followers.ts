// Who follows the facts in words (`preforkd events --follow`): each has a bounded queue of its own. A slow one loses
// what does not fit, is told how many, and holds up nobody: telling it is an append to an array. Asked by routes.ts; ends
// when the client has gone or the master has stopped, never because of a slow client.

import type { Recent, Remark } from '../recent.ts';
import { REMARK_LEVELS } from '../recent.ts';
import type { Stream } from './stream.ts';
import {
  type Answer,
  type EventsArgs,
  REMARKS_EVENT,
  REMARKS_PER_MESSAGE_MAX,
  type RemarksMessage,
} from './wire.ts';

/** At once; more would take the places of those who want to stop the master. */
export const FOLLOWERS_MAX = 16;
/** Remarks that wait for a slow follower, besides those of the past that it asked for. */
export const FOLLOWER_QUEUE_MAX = 256;

export interface Followers {
  follow(id: string, args: EventsArgs, stream: Stream): Promise<Answer>;
}

export function createFollowers(recent: Recent, stopped: Promise<number>): Followers {
  let count = 0;
  return {
    follow: async (id, args, stream) => {
      if (count === FOLLOWERS_MAX)
        return { ok: false, refusal: 'failed', error: `${FOLLOWERS_MAX} follow the events already` };
      count += 1;
      const queue = createQueue(recent.last(args.count, args.service, args.level));
      const leave = recent.subscribe((remark) => {
        if (isWanted(remark, args)) queue.add(remark);
      });
      try {
        return await pump(id, queue, stream, stopped);
      } finally {
        leave();
        count -= 1;
      }
    },
  };
}

function isWanted(remark: Remark, { service, level }: EventsArgs): boolean {
  if (service !== undefined && remark.service !== service) return false;
  return REMARK_LEVELS.indexOf(remark.level) >= REMARK_LEVELS.indexOf(level);
}

interface Queue {
  add(remark: Remark): void;
  /** What is to be told next. */
  take(): Omit<RemarksMessage, 'id'>;
  readonly empty: boolean;
  /** Resolves when something is there. */
  filled(): Promise<void>;
}

function createQueue(past: readonly Remark[]): Queue {
  const waiting = [...past];
  let missed = 0;
  let wake: () => void = () => {};
  return {
    add: (remark) => {
      // Once one was missed, all that follow are, until those before them have been told: the gap has one place.
      if (missed > 0 || waiting.length >= past.length + FOLLOWER_QUEUE_MAX) missed += 1;
      else waiting.push(remark);
      wake();
    },
    take: () => {
      const remarks = waiting.splice(0, REMARKS_PER_MESSAGE_MAX);
      const gap = waiting.length === 0 ? missed : 0;
      missed -= gap;
      return { remarks, missed: gap };
    },
    get empty() {
      return waiting.length === 0 && missed === 0;
    },
    filled: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
  };
}

async function pump(id: string, queue: Queue, stream: Stream, stopped: Promise<number>): Promise<Answer> {
  let exitCode: number | undefined;
  const ended = stopped.then((code) => {
    exitCode = code;
  });
  // The first message may be empty: it says that somebody is there.
  do {
    if (!(await stream.room())) return GONE;
    stream.send(REMARKS_EVENT, { id, ...queue.take() });
    if (queue.empty && exitCode === undefined) await Promise.race([queue.filled(), ended, stream.gone]);
  } while (!queue.empty || exitCode === undefined);
  if (exitCode === 0) return { ok: true, text: 'the master has stopped' };
  return { ok: false, refusal: 'failed', error: `the master has ended with exit code ${exitCode}` };
}

/** Nobody reads it. */
const GONE: Answer = { ok: true };

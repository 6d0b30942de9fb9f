// Server-sent events to those who look at the status page. What is sent is made once for all. A reader that does not
// keep up is sent nothing more until it has read what it has, and is cut off when that takes too long: what waits for
// it in memory is one message. Bounded in number. Used by page.ts.

import type { ServerResponse } from 'node:http';

export const VIEWERS_MAX = 32;
/** So many messages may pass it by while it still reads an earlier one. */
export const MISSED_MAX = 10;
/** How soon a browser that has lost the master tries again. */
const RETRY_MS = 2_000;

export interface Stream {
  readonly count: number;
  /** False: there are too many already. `first` is what it is told first. */
  add(response: ServerResponse, first: string): boolean;
  /** `message` to all; to those who have missed one, `anew` instead. */
  send(message: string, anew: () => string): void;
  /** Tells all that this is the end. */
  end(message: string): void;
}

/** One message as it goes over the wire. */
export function eventText(name: string, data: unknown): string {
  // JSON has no line breaks of its own.
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function createStream(): Stream {
  const missed = new Map<ServerResponse, number>();
  return {
    get count() {
      return missed.size;
    },
    add: (response, first) => {
      if (missed.size >= VIEWERS_MAX) return false;
      missed.set(response, 0);
      response.once('close', () => missed.delete(response));
      response.write(`retry: ${RETRY_MS}\n\n${first}`);
      return true;
    },
    send: (message, anew) => {
      for (const [response, count] of missed) {
        if (response.writableLength > 0) {
          missed.set(response, count + 1);
          if (count + 1 >= MISSED_MAX) response.destroy();
        } else {
          missed.set(response, 0);
          response.write(count === 0 ? message : anew());
        }
      }
    },
    end: (message) => {
      for (const response of missed.keys()) response.end(message);
      missed.clear();
    },
  };
}

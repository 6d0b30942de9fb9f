// The 8-byte status message of the `cyrus` protocol: { int32 message; int32 pid }, native-endian, no framing,
// atomic because it is shorter than PIPE_BUF (pipe(7)). Source: Cyrus IMAP master/service.h.
// One number is ours: how long a client was queued. Cyrus's master does not know it, and is never sent it: workers say it
// only where the environment has PREFORKD_QUEUE_WAIT.
// The decoder takes any bytes: a number that is no message comes back as `unknown`, a short rest is returned
// to be completed by the next read. It never throws.

import { endianness } from './native.ts';

export const STATUS_MESSAGE_BYTES = 8;

export const STATUS_NUMBERS = { available: 1, unavailable: 2, connection: 3, connectionMulti: 4 } as const;

export type StatusWord = keyof typeof STATUS_NUMBERS;

/** A queue wait is a number that begins so, as no text does; the lower 28 bits are its milliseconds. */
const QUEUE_WAIT_MARK = 0x1000_0000;
/** Three days. */
export const QUEUE_WAIT_MS_MAX = 0x0fff_ffff;

export interface StatusMessage {
  /** `queueWait`: see queueWaitMs(). `unknown`: the number is none of the protocol's; see `number`. */
  readonly word: StatusWord | 'queueWait' | 'unknown';
  readonly number: number;
  /** The pid that the sender claims. Identity is the channel; a foreign pid is reported and not believed. */
  readonly pid: number;
}

const WORDS = new Map<number, StatusWord>(
  Object.entries(STATUS_NUMBERS).map(([word, number]) => [number, word as StatusWord]),
);

export function encodeStatus(word: StatusWord, pid: number): Uint8Array {
  return encode(STATUS_NUMBERS[word], pid);
}

/** "The client that I have just reported was queued for so long": whole milliseconds, cut to what a message can say. */
export function encodeQueueWait(waitMs: number, pid: number): Uint8Array {
  const whole = Math.min(QUEUE_WAIT_MS_MAX, Math.max(0, Math.trunc(waitMs)));
  return encode(QUEUE_WAIT_MARK + whole, pid);
}

/** Of the number of a message whose word is `queueWait`. */
export function queueWaitMs(number: number): number {
  return number - QUEUE_WAIT_MARK;
}

function encode(number: number, pid: number): Uint8Array {
  const bytes = new Uint8Array(STATUS_MESSAGE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, number, endianness === 'little');
  view.setInt32(4, pid, endianness === 'little');
  return bytes;
}

export interface Decoded {
  readonly messages: readonly StatusMessage[];
  /** Fewer than 8 bytes, to be put before the next chunk. */
  readonly rest: Uint8Array;
}

/** Decodes `chunk`, after `rest` of the earlier one. */
export function decodeStatus(rest: Uint8Array, chunk: Uint8Array): Decoded {
  const bytes = rest.length === 0 ? chunk : concatenate(rest, chunk);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: StatusMessage[] = [];
  let offset = 0;
  for (; offset + STATUS_MESSAGE_BYTES <= bytes.length; offset += STATUS_MESSAGE_BYTES) {
    const number = view.getInt32(offset, endianness === 'little');
    const pid = view.getInt32(offset + 4, endianness === 'little');
    messages.push({ word: wordOf(number), number, pid });
  }
  return { messages, rest: bytes.slice(offset) };
}

function wordOf(number: number): StatusMessage['word'] {
  const isWait = number >= QUEUE_WAIT_MARK && number <= QUEUE_WAIT_MARK + QUEUE_WAIT_MS_MAX;
  return WORDS.get(number) ?? (isWait ? 'queueWait' : 'unknown');
}

/**
 * Does `chunk` begin with a whole message of `pid`? Messages are written atomically, so that after half a one the next
 * that is written whole tells where messages begin again.
 */
export function beginsMessage(chunk: Uint8Array, pid: number): boolean {
  if (chunk.length < STATUS_MESSAGE_BYTES) return false;
  const [first] = decodeStatus(new Uint8Array(0), chunk.subarray(0, STATUS_MESSAGE_BYTES)).messages;
  return first?.word !== 'unknown' && first?.pid === pid;
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

// The 8-byte status message of the `cyrus` protocol: { int32 message; int32 pid }, native-endian, no framing,
// atomic because it is shorter than PIPE_BUF (pipe(7)). Source: Cyrus IMAP master/service.h.
// The decoder takes any bytes: a number that is no message comes back as `unknown`, a short rest is returned
// to be completed by the next read. It never throws.

import { endianness } from './native.ts';

export const STATUS_MESSAGE_BYTES = 8;

export const STATUS_NUMBERS = { available: 1, unavailable: 2, connection: 3, connectionMulti: 4 } as const;

export type StatusWord = keyof typeof STATUS_NUMBERS;

export interface StatusMessage {
  /** `unknown`: the number is none of the protocol's; see `number`. */
  readonly word: StatusWord | 'unknown';
  readonly number: number;
  /** The pid that the sender claims. Identity is the channel; a foreign pid is reported and not believed. */
  readonly pid: number;
}

const WORDS = new Map<number, StatusWord>(
  Object.entries(STATUS_NUMBERS).map(([word, number]) => [number, word as StatusWord]),
);

export function encodeStatus(word: StatusWord, pid: number): Uint8Array {
  const bytes = new Uint8Array(STATUS_MESSAGE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, STATUS_NUMBERS[word], endianness === 'little');
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
    messages.push({ word: WORDS.get(number) ?? 'unknown', number, pid });
  }
  return { messages, rest: bytes.slice(offset) };
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

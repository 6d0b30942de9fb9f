// The lies of a simulated worker: what its channel gets in place of the messages that it ought to say. Pure, but for its
// draws. Called by words.ts for every word, while the worker is astray.

import type { Entropy } from '../../../lib/entropy.ts';
import { encodeStatus, STATUS_MESSAGE_BYTES, type StatusWord } from '../../../protocol/status-message.ts';
import type { Behaviour } from './behaviours.ts';

/** Half of all messages are told as they should be: a liar is believed now and then. */
const LIE_CHANCE = 1 / 2;
const BYTE_MOST = 255;
const PID_MOST = 2 ** 22;

export interface Speech {
  readonly words: readonly StatusWord[];
  readonly pid: number;
  readonly draws: Entropy;
  /** Messages that were held back earlier, for lies about the order. */
  readonly held: StatusWord[];
}

export type Lie = (speech: Speech) => Uint8Array[];

export const LIES: Partial<Record<Behaviour, Lie>> = {
  'lie-duplicate': each((message, draws) => (draws.chance(LIE_CHANCE) ? [message, message] : [message])),
  'lie-missing': each((message, draws) => (draws.chance(LIE_CHANCE) ? [] : [message])),
  'lie-garbled': each((message, draws) => [draws.chance(LIE_CHANCE) ? garbage(draws) : message]),
  'lie-truncated': each((message, draws) => [
    draws.chance(LIE_CHANCE) ? message.slice(0, draws.integer(1, STATUS_MESSAGE_BYTES - 1)) : message,
  ]),
  'lie-foreign-pid': ({ words, pid, draws }) =>
    words.map((word) => encodeStatus(word, draws.chance(LIE_CHANCE) ? foreignPid(pid, draws) : pid)),
  'lie-reordered': reorder,
  'lie-available-busy': ({ words, pid }) => {
    const messages = words.map((word) => encodeStatus(word, pid));
    const taken = words.includes('connection') || words.includes('connectionMulti');
    return taken ? [...messages, encodeStatus('available', pid)] : messages;
  },
};

function each(lie: (message: Uint8Array, draws: Entropy) => Uint8Array[]): Lie {
  return ({ words, pid, draws }) => words.flatMap((word) => lie(encodeStatus(word, pid), draws));
}

/** The words backwards; and now and then the last of them only after those of the next time. */
function reorder({ words, pid, draws, held }: Speech): Uint8Array[] {
  const said = [...words].reverse();
  const late = held.splice(0);
  if (late.length === 0 && draws.chance(LIE_CHANCE)) held.push(...said.splice(-1));
  return [...said, ...late].map((word) => encodeStatus(word, pid));
}

/** Eight bytes; the first is high enough that they are never a message by chance. */
function garbage(draws: Entropy): Uint8Array {
  const bytes = Uint8Array.from({ length: STATUS_MESSAGE_BYTES }, () => draws.integer(0, BYTE_MOST));
  return bytes.fill(BYTE_MOST, 0, STATUS_MESSAGE_BYTES / 2);
}

/** A neighbour, pid 1, or anybody. */
function foreignPid(pid: number, draws: Entropy): number {
  const chosen = draws.pick([pid + 1, 1, draws.integer(2, PID_MOST)]);
  return chosen === pid ? pid + 1 : chosen;
}

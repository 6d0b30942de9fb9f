// What crosses the control socket, between the command line and the master: one `request` event, one answer as
// `reply` events under the same id. A long answer (thousands of workers) comes in pieces, for node-ipc refuses to
// send a message above its limit. Who follows events gets `remarks` events before the answer, which then tells the end.
// Plain types, so that the command line starts fast; the master checks requests with wire-schema.ts.

import type { Remark, RemarkLevel } from '../recent.ts';

export const REQUEST_EVENT = 'request';
export const REPLY_EVENT = 'reply';
export const REMARKS_EVENT = 'remarks';

/** Both ways. A piece of PIECE_CHARACTERS stays below it even when every character takes 6 bytes. */
export const MESSAGE_BYTES_MAX = 262_144;
export const PIECE_CHARACTERS = 40_000;
/** In one message: a remark has at most 1,000 characters of 6 bytes. */
export const REMARKS_PER_MESSAGE_MAX = 32;
/** More than the master keeps. */
export const REMARKS_ASKED_MAX = 10_000;

export type Ask =
  | { readonly verb: 'status' }
  | { readonly verb: 'why'; readonly args: { readonly service: string } }
  | { readonly verb: 'events'; readonly args: EventsArgs }
  /** With `wait`, the answer comes when the reload has taken effect. */
  | { readonly verb: 'reload'; readonly args: { readonly wait: boolean } }
  /** With `wait`, the answer comes when every worker has ended. */
  | { readonly verb: 'stop'; readonly args: { readonly wait: boolean } }
  | { readonly verb: 'pause' | 'resume'; readonly args: { readonly service: string } }
  | {
      readonly verb: 'scale';
      readonly args: {
        readonly service: string;
        readonly prefork?: number | undefined;
        readonly maxchild?: number | undefined;
      };
    };

export interface EventsArgs {
  /** Of all services, and of the master, when absent. */
  readonly service?: string | undefined;
  /** The quietest that is wanted. */
  readonly level: RemarkLevel;
  /** How many of the past. */
  readonly count: number;
  /** Go on until the master has stopped. */
  readonly follow: boolean;
}

export type Verb = Ask['verb'];
export type Request = Ask & { readonly id: string };

/** Why a request was not done. */
export type Refusal =
  /** Not a request of ours. */
  | 'bad-request'
  /** No such service, or the master could not do it. */
  | 'failed'
  /** The new configuration is bad; `error` holds the diagnostics. */
  | 'bad-configuration';

/** `text` is a sentence for the administrator; `data` the status. */
export type Answer =
  | { readonly ok: true; readonly text?: string; readonly data?: unknown }
  | { readonly ok: false; readonly refusal: Refusal; readonly error: string };

/** One piece of the JSON text of an Answer. */
export interface ReplyPiece {
  readonly id: string;
  readonly piece: string;
  readonly last: boolean;
}

export function toPieces(id: string, answer: Answer): ReplyPiece[] {
  const text = JSON.stringify(answer);
  const pieces: ReplyPiece[] = [];
  for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
    const last = at + PIECE_CHARACTERS >= text.length;
    pieces.push({ id, piece: text.slice(at, at + PIECE_CHARACTERS), last });
  }
  return pieces;
}

/** What a follower is told, in order: the remarks, then how many after them it was too slow for. */
export interface RemarksMessage {
  readonly id: string;
  readonly remarks: readonly Remark[];
  readonly missed: number;
}

export function isRemarksMessage(value: unknown): value is RemarksMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { id, remarks, missed } = value as Partial<RemarksMessage>;
  return typeof id === 'string' && Array.isArray(remarks) && typeof missed === 'number';
}

/** A reply of another program, or of another version, is not a ReplyPiece. */
export function isReplyPiece(value: unknown): value is ReplyPiece {
  if (typeof value !== 'object' || value === null) return false;
  const { id, piece, last } = value as Partial<ReplyPiece>;
  return typeof id === 'string' && typeof piece === 'string' && typeof last === 'boolean';
}

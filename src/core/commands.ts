// What the plane may ask of the core, and the answers, as plain data. A command is handled in the turn that reads
// it; every command gets exactly one reply, at once or (reload) when it has taken effect.

import type { FactKind } from './facts.ts';
import type { Snapshot } from './snapshot.ts';
import type { MasterSpec } from './spec.ts';

export type Command =
  | { readonly kind: 'reload'; readonly id: number; readonly spec: MasterSpec }
  /** Answered when everything has ended. `force`: kill what is left now; also as a second command. */
  | { readonly kind: 'shutdown'; readonly id: number; readonly reason: string; readonly force?: boolean }
  | { readonly kind: 'pause' | 'resume'; readonly id: number; readonly service: string }
  | {
      readonly kind: 'scale';
      readonly id: number;
      readonly service: string;
      readonly prefork?: number;
      readonly maxchild?: number;
    }
  | { readonly kind: 'snapshot'; readonly id: number }
  /** The plane's samples say that this worker is over maxrss: it is to finish. */
  | { readonly kind: 'retire'; readonly id: number; readonly serial: number; readonly why: string }
  /** Kinds of facts that nobody would read: they are not sent. */
  | { readonly kind: 'tune'; readonly id: number; readonly quiet: readonly FactKind[] };

export type CommandKind = Command['kind'];
/** A command before the sender numbers it. */
export type CommandToSend = Command extends infer C ? (C extends Command ? Omit<C, 'id'> : never) : never;

/** The answer to the command of the same id. `error` is a sentence for the administrator. */
export type Reply =
  | { readonly id: number; readonly ok: true; readonly snapshot?: Snapshot; readonly text?: string }
  | { readonly id: number; readonly ok: false; readonly error: string };

// Checks what arrives at the control socket: strict, bounded, by zod. Anything else is answered with what is wrong
// and harms nothing. Used by the control server only.

import { z } from 'zod';
import { printable } from '../../lib/text.ts';
import { REMARKS_ASKED_MAX, type Request } from './wire.ts';

const id = z.string().min(1).max(64);
const service = z.string().min(1).max(256);
/** More workers than any machine runs. */
const count = z.int().min(0).max(1_000_000);
const wait = z.strictObject({ wait: z.boolean() });
const ofService = z.strictObject({ service });

const schema = z.discriminatedUnion('verb', [
  z.strictObject({ id, verb: z.literal('status') }),
  z.strictObject({ id, verb: z.literal('why'), args: ofService }),
  z.strictObject({
    id,
    verb: z.literal('events'),
    args: z.strictObject({
      service: service.optional(),
      level: z.enum(['debug', 'info', 'warn', 'error']),
      count: z.int().min(0).max(REMARKS_ASKED_MAX),
      follow: z.boolean(),
    }),
  }),
  z.strictObject({ id, verb: z.literal('reload'), args: wait }),
  z.strictObject({ id, verb: z.literal('stop'), args: wait }),
  z.strictObject({ id, verb: z.literal('pause'), args: ofService }),
  z.strictObject({ id, verb: z.literal('resume'), args: ofService }),
  z.strictObject({
    id,
    verb: z.literal('scale'),
    args: z
      .strictObject({ service, prefork: count.optional(), maxchild: count.optional() })
      .refine((limits) => limits.prefork !== undefined || limits.maxchild !== undefined, {
        error: 'neither prefork nor maxchild is given',
      }),
  }),
]) satisfies z.ZodType<Request>;

/** A problem quotes what was sent, and ends in the log. */
const PROBLEM_CHARACTERS_MAX = 500;

export type ParsedRequest =
  | { readonly ok: true; readonly request: Request }
  /** `id` as far as there is one: the asker waits for an answer under it. */
  | { readonly ok: false; readonly id: string; readonly problem: string };

export function parseRequest(value: unknown): ParsedRequest {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, request: parsed.data };
  const asked = z.object({ id }).safeParse(value);
  const problem = printable(
    z.prettifyError(parsed.error).replaceAll('\n', ' ').slice(0, PROBLEM_CHARACTERS_MAX),
  );
  return { ok: false, id: asked.success ? asked.data.id : '', problem };
}

// The options that make trouble for the master: --signals, --kill, --reload, --stop-cont.

import { constants } from 'node:os';
import { err, ok, type Result } from '../../../src/lib/result.ts';
import type { TroubleWishes } from '../trouble/trouble.ts';
import type { RawOptions } from './raw.ts';
import { duration, parts, rate, share, type Words } from './words.ts';

const SIGNALS_PER_SECOND_MAX = 100_000;
const KILL_EVERY = '1s';

export function readTrouble(raw: RawOptions, words: Words): TroubleWishes {
  const perSecond = words.take('--signals', raw.signals, rate, 0);
  if (perSecond > SIGNALS_PER_SECOND_MAX) words.mistake(`--signals: at most ${SIGNALS_PER_SECOND_MAX}/s`);
  const signal = words.take<NodeJS.Signals | undefined>('--signal', raw.signal, parseSignal, undefined);
  if (signal !== undefined && raw.signals === undefined) words.mistake('--signal: only with --signals');
  const kill = words.take<TroubleWishes['kill']>('--kill', raw.kill, parseKill, undefined);
  const reload = words.take<TroubleWishes['reload']>('--reload', raw.reload, parseReload, undefined);
  const stopCont = words.take<TroubleWishes['stopCont']>('--stop-cont', raw.stopCont, parseStops, undefined);
  return {
    ...(perSecond > 0 ? { signals: { perSecond, ...(signal === undefined ? {} : { signal }) } } : {}),
    ...(kill === undefined ? {} : { kill }),
    ...(reload === undefined ? {} : { reload }),
    ...(stopCont === undefined ? {} : { stopCont }),
  };
}

function parseSignal(text: string): Result<NodeJS.Signals, string> {
  const name = text.toUpperCase().replace(/^(?:SIG)?/, 'SIG');
  if (!Object.hasOwn(constants.signals, name)) return err(`there is no signal "${text}"`);
  return ok(name as NodeJS.Signals);
}

/** `10%`, `10%,every=500ms`. */
function parseKill(text: string): Result<NonNullable<TroubleWishes['kill']>, string> {
  const said = parts(text, ['', 'every']);
  if (!said.ok) return said;
  const chance = share(said.value.get('') ?? '');
  if (!chance.ok) return chance;
  const everyMs = duration(said.value.get('every') ?? KILL_EVERY);
  return everyMs.ok ? ok({ share: chance.value, everyMs: everyMs.value }) : everyMs;
}

/** `every=2s`. */
function parseReload(text: string): Result<NonNullable<TroubleWishes['reload']>, string> {
  const said = parts(text, ['every']);
  if (!said.ok) return said;
  const everyMs = duration(said.value.get('every') ?? '');
  return everyMs.ok ? ok({ everyMs: everyMs.value }) : everyMs;
}

/** `every=5s,for=500ms`. */
function parseStops(text: string): Result<NonNullable<TroubleWishes['stopCont']>, string> {
  const said = parts(text, ['every', 'for']);
  if (!said.ok) return said;
  const everyMs = duration(said.value.get('every') ?? '');
  if (!everyMs.ok) return err(`every=: ${everyMs.error}`);
  const forMs = duration(said.value.get('for') ?? '');
  if (!forMs.ok) return err(`for=: ${forMs.error}`);
  if (forMs.value >= everyMs.value) return err('for= must be shorter than every=');
  return ok({ everyMs: everyMs.value, forMs: forMs.value });
}

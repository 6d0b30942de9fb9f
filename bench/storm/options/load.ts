// The options that say how many arrive, when, and what they do. Of connections, rate and duration two decide the third.

import { type Comeback, MAIL_CLIENT, parseComeback } from '../load/comeback.ts';
import type { Load } from '../load/plan.ts';
import { parseSessions, type SessionMix } from '../load/sessions.ts';
import { parseShape, type Shape } from '../load/shapes.ts';
import type { RawOptions } from './raw.ts';
import { count, duration, rate, type Words } from './words.ts';

const CONNECTIONS = 100;
const CONNECTIONS_MAX = 1_000_000;
const DURATION_MS = 10_000;
const SESSIONS: SessionMix = { text: 'logout', sessions: [{ session: { kind: 'logout' }, weight: 1 }] };
const MS = 1_000;

export function readLoad(raw: RawOptions, words: Words): Load {
  const shape = words.take<Shape>('--shape', raw.shape, parseShape, { name: 'burst', times: 1 });
  const sessions = words.take('--session', raw.session, parseSessions, SESSIONS);
  const perSecond = words.take('--rate', raw.rate, rate, 0);
  const said = words.take('--duration', raw.duration, duration, 0);
  const wanted = words.take('--connections', raw.connections, count(CONNECTIONS_MAX), 0);
  const atOnce = (shape.name === 'burst' || shape.name === 'reconnect') && shape.times === 1;
  if (atOnce && (perSecond > 0 || said > 0)) {
    words.mistake(`--shape ${shape.name}: all arrive at once, so --rate and --duration say nothing`);
  }
  if (perSecond > 0 && said > 0 && wanted > 0) {
    words.mistake('--connections, --rate, --duration: two of them decide the third');
  }
  const decided = wanted > 0 && perSecond > 0 ? (wanted / perSecond) * MS : DURATION_MS;
  const durationMs = atOnce ? 0 : said || decided;
  const connections = wanted || (perSecond > 0 ? Math.round((perSecond * durationMs) / MS) : CONNECTIONS);
  if (connections < 1) words.mistake('--rate, --duration: nobody would arrive');
  if (connections > CONNECTIONS_MAX) words.mistake(`${connections} connections: at most ${CONNECTIONS_MAX}`);
  return { shape, connections: Math.min(connections, CONNECTIONS_MAX), durationMs, sessions };
}

export function readComeback({ reconnect }: RawOptions, { shape }: Load, words: Words): Comeback | undefined {
  if (reconnect === undefined) return shape.name === 'reconnect' ? MAIL_CLIENT : undefined;
  return reconnect === true ? MAIL_CLIENT : words.take('--reconnect', reconnect, parseComeback, MAIL_CLIENT);
}

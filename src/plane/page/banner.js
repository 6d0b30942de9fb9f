// The top of the page, for somebody who has five seconds: in what state the master is, whether clients wait, and why.
// Every mood has a glyph and a word beside its colour. Changes of mood are announced, figures are not.

/** @import { Frame, Hello, ServiceFigures } from '../http/frame.ts' */
/** @import { Link } from './live.js' */

import { byId, make, setAttribute, setText } from './dom.js';
import { clientsWait, duration, isHeldBack, rate, reason, STATE_WORDS, who, whole } from './words.js';

/** With nothing to do, a turn is made once a second: after this it stands still, though it may not be called a stall yet. */
const QUIET_MS = 3_000;
/** So many services are named when clients wait at them. */
const NAMED_MAX = 3;

/** @typedef {{ mood: 'good' | 'warn' | 'bad' | 'quiet', glyph: string, word: string }} State */

/** @param {Frame | undefined} frame */
const standsStill = (frame) =>
  frame !== undefined && (frame.standing.stalled || frame.standing.quietMs > QUIET_MS);

/**
 * @param {Frame['standing']} standing
 * @returns {State}
 */
function stillState({ quietMs, stage, stageMs, stalled }) {
  const seconds = (/** @type {number} */ ms) => duration(Math.round(ms / 1000));
  const where = `no turn for ${seconds(quietMs)}, in stage “${stage}” for ${seconds(stageMs)}`;
  return stalled
    ? { mood: 'bad', glyph: '▲', word: `Supervisor stalled: ${where}` }
    : { mood: 'warn', glyph: '◐', word: `Supervisor slow: ${where}` };
}

/**
 * What the pill says.
 * @param {Link} link
 * @param {number} silentMs
 * @param {Frame | undefined} frame
 * @returns {State}
 */
export function stateOf(link, silentMs, frame) {
  const silent = duration(Math.round(silentMs / 1000));
  if (link === 'connecting') return { mood: 'quiet', glyph: '…', word: 'Connecting' };
  if (link === 'ended')
    return { mood: 'bad', glyph: '■', word: 'The master has stopped; looking for it again' };
  if (link === 'lost') {
    if (frame?.phase === 'stopping')
      return { mood: 'bad', glyph: '■', word: `Stopped, or gone for ${silent}; reconnecting` };
    return { mood: 'bad', glyph: '↻', word: `Connection lost ${silent} ago; reconnecting` };
  }
  if (link === 'silent') return { mood: 'bad', glyph: '?', word: `The master has been silent for ${silent}` };
  if (frame === undefined) return { mood: 'quiet', glyph: '…', word: 'Connecting' };
  if (standsStill(frame)) return stillState(frame.standing);
  if (!frame.health.ok) return { mood: 'bad', glyph: '▲', word: `Unhealthy: ${frame.health.text}` };
  if (frame.phase === 'running') return { mood: 'good', glyph: '✓', word: 'Running, healthy' };
  const words = {
    starting: 'Starting',
    stopping: 'Stopping: workers finish their clients',
    stopped: 'Stopped',
  };
  return { mood: 'warn', glyph: '◐', word: words[frame.phase] };
}

/**
 * @param {readonly ServiceFigures[]} services
 * @returns {{ mood: State['mood'], says: string, why: string }}
 */
export function verdictOf(services) {
  const waiting = services.filter(({ queue }) => queue > 0).sort((one, other) => other.queue - one.queue);
  const [first] = waiting;
  if (first !== undefined) {
    const held = waiting.find(isHeldBack);
    const sum = waiting.reduce((total, { queue }) => total + queue, 0);
    const names = waiting.slice(0, NAMED_MAX).map((service) => `${who(service)} (${whole(service.queue)})`);
    const more = waiting.length > NAMED_MAX ? ` and ${waiting.length - NAMED_MAX} other services` : '';
    const about = held ?? first;
    const why = reason(about);
    return {
      mood: held === undefined ? 'warn' : 'bad',
      says: `${clientsWait(sum)}: ${names.join(', ')}${more}`,
      why: why === '' ? '' : `${who(about)}: ${why}`,
    };
  }
  const troubled = services.find(({ words }) => words !== undefined && STATE_WORDS[words.state] !== '');
  if (troubled === undefined) return { mood: 'good', says: 'No client waits', why: '' };
  const state = troubled.words === undefined ? '' : STATE_WORDS[troubled.words.state];
  return { mood: 'warn', says: `No client waits, but ${who(troubled)}: ${state}`, why: reason(troubled) };
}

const GLYPHS = { good: '✓', warn: '◆', bad: '▲', quiet: '…' };

export function createBanner() {
  const state = byId('state');
  const verdict = byId('verdict');
  const tiles = createTiles();
  let announced = '';
  /** @param {string} text */
  const announce = (text) => {
    if (text !== announced) setText(byId('announcer'), text);
    announced = text;
  };
  return {
    /** @param {Hello} hello */
    hello: ({ version, pid, file, startedAt }) => {
      const since = new Date(startedAt).toLocaleString('en-GB');
      setText(byId('about'), `version ${version}, pid ${pid}, ${file}, up since ${since}`);
    },
    /**
     * @param {Link} link
     * @param {number} silentMs
     * @param {Frame | undefined} frame
     */
    show: (link, silentMs, frame) => {
      const now = stateOf(link, silentMs, frame);
      setAttribute(state, 'data-mood', now.mood);
      setText(/** @type {Element} */ (state.querySelector('.glyph')), now.glyph);
      setText(/** @type {Element} */ (state.querySelector('.word')), now.word);
      // Of a supervisor that stands still, the figures are as old as its last turn.
      const known = link === 'live' && !standsStill(frame);
      document.body.classList.toggle('stale', !known);
      if (frame === undefined) return;
      const { mood, says, why } = verdictOf(frame.services);
      setAttribute(verdict, 'data-mood', known ? mood : 'quiet');
      setText(byId('verdict-says'), `${known ? GLYPHS[mood] : 'Last known:'} ${says}`);
      setText(byId('verdict-why'), why);
      tiles(frame);
      document.title =
        link === 'live' && now.mood === 'good' ? `${says} – preforkd` : `${now.glyph} ${now.word} – preforkd`;
      announce(
        `${now.word.replace(/\d.*/, '')}. ${mood === 'good' ? 'No client waits' : mood === 'bad' ? 'Clients wait and more workers are held back' : 'Clients wait, or a service has trouble'}`,
      );
    },
  };
}

function createTiles() {
  const list = byId('tiles');
  /** @type {Map<string, HTMLElement>} */
  const values = new Map();
  for (const name of ['waiting', 'busy', 'ready', 'starting', 'spawns/s', 'connections/s', 'turns/s']) {
    const box = make('div');
    const value = make('dd', '', '–');
    box.append(make('dt', '', name), value);
    list.append(box);
    values.set(name, value);
  }
  /** @param {Frame} frame */
  return ({ totals, services, turnsPerSecond }) => {
    const sum = (/** @type {'spawnsPerSecond' | 'connectionsPerSecond'} */ name) =>
      services.reduce((total, service) => total + service[name], 0);
    /** @type {Readonly<Record<string, string>>} */
    const now = {
      waiting: whole(totals.queue),
      busy: whole(totals.busy),
      ready: whole(totals.ready - totals.starting),
      starting: whole(totals.starting),
      'spawns/s': rate(sum('spawnsPerSecond')),
      'connections/s': rate(sum('connectionsPerSecond')),
      'turns/s': rate(turnsPerSecond),
    };
    for (const [name, element] of values) setText(element, now[name] ?? '');
  };
}

// Figures and states in words, for the other parts of the page. Pure.

/** @import { ServiceFigures } from '../http/frame.ts' */

const WHOLE = new Intl.NumberFormat('en');

/** @param {number} value */
export const whole = (value) => WHOLE.format(value);

/**
 * Whole when large, with one decimal when small.
 * @param {number} value
 */
export const rate = (value) => (value >= 10 || value === 0 ? whole(Math.round(value)) : value.toFixed(1));

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(3))} ms`;
  if (seconds < 100) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** @param {number} at */
export const clock = (at) => new Date(at).toLocaleTimeString('en-GB');

/**
 * 'imap/ipv4'; 'idled' for what does not listen.
 * @param {{ name: string, family: string }} service
 */
export const who = ({ name, family }) => (family === '' ? name : `${name}/${family}`);

/** @param {number} count */
export const clientsWait = (count) => (count === 1 ? '1 client waits' : `${whole(count)} clients wait`);

/** While clients wait, nobody will serve them unless somebody does something. */
const HARD = new Set(['maxchild', 'fork-failed', 'breaker-open', 'breaker-probe', 'paused', 'disabled']);

/** @param {ServiceFigures} service */
export const isHeldBack = (service) => HARD.has(service.constraint);

/**
 * Why no more workers are spawned. The figures before the first semicolon stand in the row already.
 * @param {ServiceFigures} service
 */
export function reason({ name, words }) {
  if (words === undefined) return '';
  const { why } = words;
  const semicolon = why.indexOf('; ');
  const said = why.startsWith(`${name}: `) && semicolon > 0 ? why.slice(semicolon + 2) : why;
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** @param {ServiceFigures} service */
export function workersInWords(service) {
  const { busy, ready, starting, draining, maxchild } = service;
  const parts = [`${whole(busy)} busy`, `${whole(ready - starting)} ready`];
  if (starting > 0) parts.push(`${whole(starting)} starting`);
  if (draining > 0) parts.push(`${whole(draining)} draining`);
  return `${parts.join(' · ')}${maxchild === null ? '' : ` of ${whole(maxchild)}`}`;
}

/** States of a service that a person must see, in words. */
export const STATE_WORDS = /** @type {const} */ ({
  running: '',
  paused: 'paused',
  unbound: 'listens nowhere',
  disabled: 'disabled',
  'breaker-open': 'its workers die',
  'breaker-probe': 'one worker is tried',
  stopping: 'stopping',
});

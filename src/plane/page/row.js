// One service in the table: its workers as a bar, who waits, how many are spawned, and why no more; and its details below.
// Made and shown by table.js.

/** @import { ServiceFigures } from '../http/frame.ts' */

import { createDetails } from './details.js';
import { make, setAttribute, setText } from './dom.js';
import { rate, reason, STATE_WORDS, who, whole, workersInWords } from './words.js';

const COLUMNS = 5;
const SEGMENTS = /** @type {const} */ (['busy', 'ready', 'starting', 'draining']);

/**
 * What a full bar means; without a limit, the next round number of workers.
 * @param {ServiceFigures} service
 */
export function scaleOf({ maxchild, active, prefork }) {
  if (maxchild !== null) return Math.max(1, maxchild, active);
  return 2 ** Math.ceil(Math.log2(Math.max(4, active + 1, prefork + 1)));
}

/**
 * @param {ServiceFigures} first
 * @param {() => void} toggle
 */
export function createRow(first, toggle) {
  const line = make('tr', 'service');
  const [name, workers, queue, spawns, why] = ['name', 'workers', 'queue number', 'spawns number', 'why'].map(
    (className) => make('td', className),
  );
  if (!name || !workers || !queue || !spawns || !why) throw new Error('a row has five cells');
  const button = make('button', 'open', who(first));
  button.type = 'button';
  button.addEventListener('click', toggle);
  const state = make('span', 'badge');
  name.append(button, state);
  const bar = createBar();
  workers.append(bar.element, bar.figures);
  queue.dataset.label = 'waiting';
  spawns.dataset.label = 'spawns/s';
  line.append(name, workers, queue, spawns, why);
  const details = createDetails(COLUMNS);
  const elements = [line, details.element];
  for (const element of elements) element.setAttribute('role', 'row');
  for (const cell of line.cells) cell.setAttribute('role', 'cell');
  button.setAttribute('aria-controls', details.element.id);
  return {
    elements,
    remove: () => elements.forEach((element) => void element.remove()),
    /**
     * @param {ServiceFigures} service
     * @param {boolean} isOpen
     */
    show: (service, isOpen) => {
      const word = service.words === undefined ? '' : STATE_WORDS[service.words.state];
      setText(state, word === '' ? '' : `▲ ${word}`);
      state.hidden = word === '';
      bar.show(service);
      setText(queue, service.kind === 'service' ? whole(service.queue) : '–');
      line.classList.toggle('waiting', service.queue > 0);
      setText(spawns, rate(service.spawnsPerSecond));
      const quiet = service.queue === 0 && service.constraint === 'none';
      setText(why, quiet && word === '' ? '' : reason(service));
      setAttribute(button, 'aria-expanded', String(isOpen));
      line.classList.toggle('opened', isOpen);
      details.show(service, isOpen);
    },
  };
}

function createBar() {
  const element = make('div', 'bar');
  element.setAttribute('role', 'img');
  const segments = SEGMENTS.map((name) => make('span', `segment ${name}`));
  element.append(...segments);
  const figures = make('span', 'figures');
  return {
    element,
    figures,
    /** @param {ServiceFigures} service */
    show: (service) => {
      const scale = scaleOf(service);
      const { busy, ready, starting, draining } = service;
      [busy, ready - starting, starting, draining].forEach((count, index) => {
        const segment = segments[index];
        if (segment) segment.style.width = `${(Math.max(0, count) / scale) * 100}%`;
      });
      element.classList.toggle('unlimited', service.maxchild === null);
      const words = workersInWords(service);
      setAttribute(element, 'aria-label', words);
      setText(figures, words);
    },
  };
}

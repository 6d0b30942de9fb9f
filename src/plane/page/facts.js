// The last facts in words, the newest first, as many as a person reads. Warnings and errors carry a word, not only a
// colour. Fed with the remarks of the hello and of every frame.

/** @import { Remark } from '../recent.ts' */

import { byId, make } from './dom.js';
import { clock, whole } from './words.js';

const LINES_MAX = 200;

export function createFacts() {
  const list = byId('facts');
  const loud = /** @type {HTMLInputElement} */ (byId('facts-loud'));
  loud.addEventListener('change', () => list.classList.toggle('only-loud', loud.checked));
  /** @param {HTMLLIElement} line */
  const put = (line) => {
    list.prepend(line);
    while (list.children.length > LINES_MAX) list.lastElementChild?.remove();
  };
  return {
    /** @param {readonly Remark[]} remarks */
    fill: (remarks) => {
      list.replaceChildren();
      for (const remark of remarks) put(lineOf(remark));
    },
    /**
     * @param {readonly Remark[]} remarks
     * @param {number} leftOut
     */
    push: (remarks, leftOut) => {
      for (const remark of remarks) put(lineOf(remark));
      if (leftOut > 0)
        put(make('li', 'info', `… and ${whole(leftOut)} more in this second; the log has them all`));
    },
  };
}

/** @param {Remark} remark */
function lineOf({ at, level, text }) {
  const line = make('li', level);
  const time = make('time', '', clock(at));
  time.dateTime = new Date(at).toISOString();
  line.append(time, make('span', 'level', level), make('span', 'text', text));
  return line;
}

// What a row of the table of services opens: all that is known of the service in words. Shown by table.js.

/** @import { ServiceFigures } from '../http/frame.ts' */

import { make, setText } from './dom.js';
import { rate, whole } from './words.js';

let made = 0;

/** @type {readonly (readonly [string, (service: ServiceFigures) => string])[]} */
const FIELDS = [
  ['why', ({ words }) => words?.why ?? 'not known yet'],
  ['listens at', ({ words }) => words?.listen || '–'],
  ['prefork', ({ prefork }) => whole(prefork)],
  ['maxchild', ({ maxchild }) => (maxchild === null ? 'unlimited' : whole(maxchild))],
  ['alive', ({ active }) => whole(active)],
  ['accept queue', ({ queue, queueLimit }) => `${whole(queue)} of ${whole(queueLimit)}`],
  ['connections per second', ({ connectionsPerSecond }) => rate(connectionsPerSecond)],
  ['last exit', ({ words }) => lastExit(words?.lastExit)],
];

/** @param {NonNullable<ServiceFigures['words']>['lastExit']} exit */
function lastExit(exit) {
  if (exit === undefined) return 'none';
  return `pid ${exit.pid}, ${exit.how}${exit.lastStderr === '' ? '' : `, last said “${exit.lastStderr}”`}`;
}

/** @param {number} columns */
export function createDetails(columns) {
  made += 1;
  const element = make('tr', 'details');
  element.id = `details-${made}`;
  element.hidden = true;
  const cell = make('td');
  cell.setAttribute('role', 'cell');
  cell.colSpan = columns;
  const list = make('dl');
  const values = FIELDS.map(([name]) => {
    const value = make('dd');
    const pair = make('div');
    pair.append(make('dt', '', name), value);
    list.append(pair);
    return value;
  });
  cell.append(list);
  element.append(cell);
  return {
    element,
    /**
     * @param {ServiceFigures} service
     * @param {boolean} isOpen
     */
    show: (service, isOpen) => {
      element.hidden = !isOpen;
      if (!isOpen) return;
      FIELDS.forEach(([, text], index) => {
        const value = values[index];
        if (value) setText(value, text(service));
      });
    },
  };
}

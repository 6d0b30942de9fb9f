// The table of services: a row each, with its workers as a bar against maxchild. Rows are kept and changed in place, so
// that focus and selection stay where they are; a row opens its details by Enter, a heading sorts. Sorting again by the same
// heading turns the order round, and a third time gives back the order of services.conf.

/** @import { ServiceFigures } from '../http/frame.ts' */

import { byId, setAttribute } from './dom.js';
import { createRow, scaleOf } from './row.js';
import { who } from './words.js';

/** @typedef {ReturnType<typeof createRow>} Row */

/** @type {Readonly<Record<string, (service: ServiceFigures) => number | string>>} */
const SORT_KEYS = {
  name: who,
  fill: (service) => service.active / scaleOf(service),
  queue: ({ queue }) => queue,
  spawns: ({ spawnsPerSecond }) => spawnsPerSecond,
};

/** @param {(service: ServiceFigures | undefined) => void} chosen Whose details are open. */
export function createTable(chosen) {
  const table = byId('service-table');
  const body = /** @type {HTMLElement} */ (table.querySelector('tbody'));
  /** @type {Map<string, Row>} */
  const rows = new Map();
  /** @type {string | undefined} */
  let open;
  /** @type {readonly ServiceFigures[]} */
  let services = [];
  const order = createOrder(table, () => show(services));
  keepRoles(table);

  /** @param {string} key */
  const toggle = (key) => {
    open = open === key ? undefined : key;
    show(services);
    chosen(services.find((service) => who(service) === open));
  };
  /** @param {readonly ServiceFigures[]} now */
  const show = (now) => {
    services = now;
    const wanted = order.apply(now);
    const keys = new Set(wanted.map(who));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.remove();
      rows.delete(key);
      if (open === key) toggle(key);
    }
    for (const service of wanted) {
      const key = who(service);
      const row = rows.get(key) ?? createRow(service, () => toggle(key));
      rows.set(key, row);
      row.show(service, open === key);
    }
    arrange(
      body,
      wanted.flatMap((service) => rows.get(who(service))?.elements ?? []),
    );
    byId('no-services').hidden = now.length > 0;
  };
  return { show };
}

/**
 * On a narrow screen the table is laid out as cards: without these it would be no table any more to who hears it.
 * @param {HTMLElement} table
 */
function keepRoles(table) {
  const roles = { thead: 'rowgroup', tbody: 'rowgroup', tr: 'row', th: 'columnheader' };
  table.setAttribute('role', 'table');
  for (const [tag, role] of Object.entries(roles)) {
    for (const element of table.querySelectorAll(tag)) element.setAttribute('role', role);
  }
}

/**
 * Moves only what stands elsewhere; who is moved keeps the focus.
 * @param {HTMLElement} body
 * @param {readonly HTMLElement[]} wanted
 */
function arrange(body, wanted) {
  const focused = document.activeElement;
  wanted.forEach((element, index) => {
    if (body.children[index] !== element) body.insertBefore(element, body.children[index] ?? null);
  });
  if (focused instanceof HTMLElement && focused !== document.activeElement && body.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/**
 * @param {HTMLElement} table
 * @param {() => void} changed
 */
function createOrder(table, changed) {
  /** @type {{ by: string, sign: 1 | -1 } | undefined} */
  let order;
  const headings = [...table.querySelectorAll('th[data-sort]')];
  const tell = () => {
    for (const heading of headings) {
      const mine = heading.getAttribute('data-sort') === order?.by;
      const sign = order?.sign === 1 ? 'ascending' : 'descending';
      setAttribute(heading, 'aria-sort', mine ? sign : 'none');
    }
  };
  for (const heading of headings) {
    const by = heading.getAttribute('data-sort') ?? '';
    // Of figures the largest first, of names the first.
    const sign = by === 'name' ? 1 : -1;
    heading.querySelector('button')?.addEventListener('click', () => {
      if (order?.by !== by) order = { by, sign };
      else order = order.sign === sign ? { by, sign: sign === 1 ? -1 : 1 } : undefined;
      tell();
      changed();
    });
  }
  tell();
  return {
    /** @param {readonly ServiceFigures[]} services */
    apply: (services) => {
      if (order === undefined) return services;
      const { by, sign } = order;
      const key = SORT_KEYS[by] ?? who;
      return [...services].sort((one, other) => {
        const [left, right] = [key(one), key(other)];
        return sign * (left < right ? -1 : left > right ? 1 : 0);
      });
    },
  };
}

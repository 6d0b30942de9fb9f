// Three small charts of the last ten minutes, of all services or of one: who waits, the workers, the spawns. The captions
// say in text what the lines show; under the pointer they say it for that moment. Drawn by uPlot.

/** @import { History, Measure } from '../http/frame.ts' */

import { byId, colour, make, setText } from './dom.js';
import { clock, whole } from './words.js';

const SECONDS_KEPT = 600;
const HEIGHT_PIXELS = 130;

/**
 * A line is known by its dashes as well as by its colour.
 * @typedef {{ measure: Measure, label: string, colour: string, dash?: number[], fill?: true }} Line
 */

/** @type {readonly { title: string, lines: readonly Line[] }[]} */
const CHARTS = [
  { title: 'Waiting', lines: [{ measure: 'queue', label: 'waiting', colour: '--queue', fill: true }] },
  {
    title: 'Workers',
    lines: [
      { measure: 'busy', label: 'busy', colour: '--busy' },
      { measure: 'ready', label: 'ready', colour: '--ready', dash: [6, 3] },
      { measure: 'starting', label: 'starting', colour: '--starting', dash: [2, 2] },
    ],
  },
  {
    title: 'Spawns per second',
    lines: [{ measure: 'spawns', label: 'spawns/s', colour: '--starting', fill: true }],
  },
];

/** @type {readonly Measure[]} */
const MEASURES = ['queue', 'busy', 'ready', 'starting', 'spawns'];

/** The figures that are drawn: a window that moves on. */
function createWindow() {
  /** @type {number[]} */
  let at = [];
  /** @type {Record<Measure, number[]>} */
  let columns = { queue: [], busy: [], ready: [], starting: [], spawns: [] };
  return {
    /** @param {History} history */
    fill: (history) => {
      at = history.at.map((time) => time / 1000);
      columns = /** @type {typeof columns} */ (
        Object.fromEntries(MEASURES.map((measure) => [measure, [...history.columns[measure]]]))
      );
    },
    /**
     * @param {number} time
     * @param {Readonly<Record<Measure, number>>} values
     */
    push: (time, values) => {
      at.push(time / 1000);
      for (const measure of MEASURES) columns[measure].push(values[measure]);
      if (at.length <= SECONDS_KEPT) return;
      at.shift();
      for (const measure of MEASURES) columns[measure].shift();
    },
    times: () => at,
    /** @param {Measure} measure */
    column: (measure) => columns[measure],
  };
}

export function createCharts() {
  const seen = createWindow();
  const box = byId('charts');
  let charts = CHARTS.map((chart) => draw(box, chart, seen));
  const refresh = () => charts.forEach(({ refresh: again }) => void again());
  const rebuild = () => {
    for (const { destroy } of charts) destroy();
    charts = CHARTS.map((chart) => draw(box, chart, seen));
    refresh();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', rebuild);
  new ResizeObserver(() => charts.forEach(({ resize }) => void resize())).observe(box);
  return {
    /**
     * @param {History} history
     * @param {string} subject
     */
    fill: (history, subject) => {
      seen.fill(history);
      setText(byId('charts-subject'), subject);
      refresh();
    },
    /**
     * @param {number} at
     * @param {Readonly<Record<Measure, number>>} values
     */
    push: (at, values) => {
      seen.push(at, values);
      refresh();
    },
  };
}

/**
 * @param {HTMLElement} box
 * @param {(typeof CHARTS)[number]} chart
 * @param {ReturnType<typeof createWindow>} seen
 */
function draw(box, { title, lines }, seen) {
  const figure = make('figure');
  const caption = make('figcaption');
  const texts = lines.map((line) => {
    const entry = make('span', `line ${line.measure}`);
    const value = make('span', 'value');
    entry.append(make('i', `swatch ${line.measure}`), value);
    return { entry, value, line };
  });
  caption.append(make('b', '', title), ...texts.map(({ entry }) => entry));
  const plotBox = make('div', 'plot');
  plotBox.setAttribute('aria-hidden', 'true');
  figure.append(caption, plotBox);
  box.append(figure);

  /** @param {number | null | undefined} pointed */
  const say = (pointed) => {
    for (const { value, line } of texts) {
      const column = seen.column(line.measure);
      const most = column.reduce((one, other) => Math.max(one, other), 0);
      const then = pointed === null || pointed === undefined ? undefined : seen.times()[pointed];
      const count = whole(column[then === undefined ? column.length - 1 : (pointed ?? 0)] ?? 0);
      const when = then === undefined ? `, most ${whole(most)}` : ` at ${clock(then * 1000)}`;
      setText(value, `${line.label} ${count}${when}`);
    }
  };
  const width = () => Math.max(200, plotBox.clientWidth);
  /** @type {() => uPlot.AlignedData} */
  const data = () => [seen.times(), ...lines.map(({ measure }) => seen.column(measure))];
  const plot = new uPlot(optionsOf(lines, width(), say), data(), plotBox);
  return {
    refresh: () => {
      plot.setData(data());
      say(plot.cursor.idx);
    },
    resize: () => {
      if (plot.width !== width()) plot.setSize({ width: width(), height: HEIGHT_PIXELS });
    },
    destroy: () => {
      plot.destroy();
      figure.remove();
    },
  };
}

/**
 * @param {readonly Line[]} lines
 * @param {number} width
 * @param {(pointed: number | null | undefined) => void} say
 * @returns {uPlot.Options}
 */
function optionsOf(lines, width, say) {
  const axis = { stroke: colour('--muted'), font: '11px system-ui, sans-serif', ticks: { show: false } };
  const grid = { stroke: colour('--grid'), width: 1 };
  return {
    width,
    height: HEIGHT_PIXELS,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, sync: { key: 'preforkd' } },
    hooks: { setCursor: [(/** @type {uPlot} */ plot) => say(plot.cursor.idx)] },
    scales: {
      x: { range: (_plot, _least, most) => [most - SECONDS_KEPT, most] },
      // Whole workers and clients: nothing between 0 and 1, and never an empty range.
      y: { range: (_plot, _least, most) => [0, Math.max(4, Math.ceil((most ?? 0) * 1.1))] },
    },
    axes: [
      {
        ...axis,
        grid,
        space: 70,
        size: 22,
        values: (_plot, splits) => splits.map((at) => clock(at * 1000).slice(0, 5)),
      },
      {
        ...axis,
        grid,
        size: 38,
        space: 30,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000],
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: colour(line.colour),
        width: 1.5,
        points: { show: false },
        ...(line.dash === undefined ? {} : { dash: line.dash }),
        ...(line.fill === undefined ? {} : { fill: `${colour(line.colour)}33` }),
      })),
    ],
  };
}

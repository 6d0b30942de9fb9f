// How long the supervisor's turns took, stage by stage, over the last ten minutes: the instrument by which the incident
// behind this project was found. A row per stage; a cell is the slowest turn of five seconds, higher and hotter when
// slower. The words beside it say the same without colours. Fed with the counts of whole histograms, never with samples.

/** @import { Frame, Timings } from '../http/frame.ts' */

import { byId, colour, make, setAttribute, setText } from './dom.js';
import { clock, duration } from './words.js';

const SECONDS_KEPT = 600;
const SECONDS_PER_CELL = 5;
const CELLS = SECONDS_KEPT / SECONDS_PER_CELL;
/** A supervisor with nothing to do makes one turn a second, and one may fall into the next: fewer are no gap. */
const GAP_SECONDS = 3;
const WIDTH_PIXELS = 720;
const HEIGHT_PIXELS = 22;
const HEAT = ['--heat-1', '--heat-2', '--heat-3', '--heat-4', '--heat-5'];
/** Upper bounds in seconds of the colours; what is slower has the last. */
const HEAT_BOUNDS = [0.001, 0.01, 0.05, 0.25];

export function createTimings() {
  /** @type {ReturnType<typeof createStage>[]} */
  let stages = [];
  /** @type {number[]} */
  let times = [];
  const body = /** @type {HTMLElement} */ (byId('timings').querySelector('tbody'));
  const drawAll = () => stages.forEach((stage) => void stage.draw(times));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  return {
    /**
     * @param {Timings} timings
     * @param {readonly number[]} at
     */
    fill: ({ rows, bounds, slowest }, at) => {
      times = [...at];
      stages = rows.map((name, row) => createStage(name, bounds, [...(slowest[row] ?? [])]));
      body.replaceChildren(...stages.map(({ element }) => element));
      drawAll();
    },
    /** @param {Frame} frame */
    push: ({ at, slowest, meanMs }) => {
      times.push(at);
      if (times.length > SECONDS_KEPT) times.shift();
      stages.forEach((stage, row) => void stage.push(slowest[row] ?? 0, meanMs[row] ?? 0));
      drawAll();
    },
  };
}

/**
 * @param {string} name
 * @param {readonly number[]} bounds
 * @param {number[]} buckets
 */
function createStage(name, bounds, buckets) {
  const element = make('tr');
  const [slowest, mean] = [make('td', 'number'), make('td', 'number')];
  const heading = make('th', '', name === 'turn' ? 'whole turn' : name);
  heading.scope = 'row';
  const canvas = make('canvas');
  canvas.width = WIDTH_PIXELS;
  canvas.height = HEIGHT_PIXELS;
  canvas.setAttribute('role', 'img');
  const strip = make('td', 'strip');
  strip.append(canvas);
  element.append(heading, strip, slowest, mean);
  /** @param {number} bucket */
  const limit = (bucket) => {
    const bound = bounds[bucket - 1];
    return bound === undefined ? `over ${duration(bounds.at(-1) ?? 0)}` : `up to ${duration(bound)}`;
  };
  return {
    element,
    /**
     * @param {number} bucket
     * @param {number} meanMs
     */
    push: (bucket, meanMs) => {
      buckets.push(bucket);
      if (buckets.length > SECONDS_KEPT) buckets.shift();
      setText(mean, bucket === 0 ? 'no turn' : duration(meanMs / 1000));
    },
    /** @param {readonly number[]} times */
    draw: (times) => {
      const most = buckets.reduce((one, other) => Math.max(one, other), 0);
      const text = most === 0 ? '–' : limit(most);
      setText(slowest, text);
      const when = clock(times[buckets.lastIndexOf(most)] ?? 0);
      setAttribute(canvas, 'aria-label', `${name}: slowest ${text}${most === 0 ? '' : `, last at ${when}`}`);
      setAttribute(strip, 'title', most === 0 ? '' : `slowest ${text}, last at ${when}`);
      paint(canvas, cellsOf(buckets, times), bounds);
    },
  };
}

/**
 * The slowest of each five seconds; 0: no turn at all in them; undefined: not known. A cell keeps its place in time, so
 * that what has happened does not flicker as it moves to the left.
 * @param {readonly number[]} buckets
 * @param {readonly number[]} times
 * @returns {(number | undefined)[]}
 */
function cellsOf(buckets, times) {
  /** @type {(number[] | undefined)[]} */
  const seconds = Array.from({ length: CELLS });
  const cellOf = (/** @type {number} */ at) => Math.floor(at / 1000 / SECONDS_PER_CELL);
  const newest = cellOf(times.at(-1) ?? 0);
  buckets.forEach((bucket, index) => {
    const cell = CELLS - 1 - (newest - cellOf(times[index] ?? 0));
    if (cell >= 0) seconds[cell] = [...(seconds[cell] ?? []), bucket];
  });
  return seconds.map((cell) => {
    const slowest = Math.max(...(cell ?? []));
    return slowest > 0 || (cell ?? []).length >= GAP_SECONDS ? slowest : undefined;
  });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {readonly (number | undefined)[]} cells
 * @param {readonly number[]} bounds
 */
function paint(canvas, cells, bounds) {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const colours = HEAT.map(colour);
  const cellWidth = WIDTH_PIXELS / CELLS;
  context.clearRect(0, 0, WIDTH_PIXELS, HEIGHT_PIXELS);
  cells.forEach((bucket, index) => {
    const left = index * cellWidth;
    if (bucket === undefined) return;
    if (bucket === 0) {
      context.fillStyle = colour('--bad');
      for (let y = 0; y < HEIGHT_PIXELS; y += 4) context.fillRect(left, y, cellWidth, 1.5);
      return;
    }
    const bound = bounds[bucket - 1] ?? Number.POSITIVE_INFINITY;
    const heat = HEAT_BOUNDS.findIndex((limit) => bound <= limit);
    context.fillStyle = colours[heat < 0 ? HEAT.length - 1 : heat] ?? '';
    const height = Math.max(2, (bucket / (bounds.length + 1)) * HEIGHT_PIXELS);
    context.fillRect(left, HEIGHT_PIXELS - height, cellWidth - 1, height);
  });
}

// What a part of the benchmark page is. One part speaks of one benchmark: it gets what `npm run bench NAME` has kept in
// bench/results/NAME.json, and gives text, plots and goals. Implemented by scripts/bench-page/NAME.ts (`export const
// part: Part`), listed in parts.ts, put together by page.ts. A part must never hold a figure that the result has not.

import type { EChartsCoreOption } from 'echarts/core';

export interface Plot {
  /** Of the file: docs/generated/bench/NAME.svg. No two plots of the page share one. */
  readonly name: string;
  /** What stands above it, one short line; the part's heading when there is none. */
  readonly title?: string;
  readonly option: EChartsCoreOption;
}

export interface Goal {
  readonly figure: string;
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
  /** When missed: the reason, from a profile, and what would have to change. */
  readonly why?: string;
}

export interface Rendered {
  /** Without the heading and the machine's line. A plot that it does not link itself (`bench/NAME.svg`) follows it. */
  readonly markdown: string;
  readonly plots: readonly Plot[];
  readonly goals: readonly Goal[];
}

export interface Part {
  /** Of the benchmark. */
  readonly name: string;
  readonly heading: string;
  /** Typed by each part with the type of its benchmark's result. */
  render(result: never): Rendered;
}

// What was done to the master, on a time line: when it was stopped as a shade, reloads and kills as thin lines.

import type { StormResult } from '../show/result.ts';
import { tone } from './theme.ts';

/** More lines than that would hide what they explain. */
const LINES_MAX = 40;

/** To be spread into a series of a plot over time. */
export function marksOn({ timeline, seconds }: StormResult): Readonly<Record<string, unknown>> {
  const { marks } = timeline;
  const stops = marks.filter(({ what }) => what === 'stop').map(({ atMs }) => atMs / 1_000);
  const ends = marks.filter(({ what }) => what === 'continue').map(({ atMs }) => atMs / 1_000);
  const lines = marks.filter(({ what }) => what === 'kill' || what === 'reload');
  return {
    markArea: {
      silent: true,
      itemStyle: { color: tone('grey'), opacity: 0.25 },
      data: stops.map((from, index) => [{ xAxis: from }, { xAxis: ends[index] ?? seconds }]),
    },
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      data: (lines.length > LINES_MAX ? [] : lines).map(({ atMs, what }) => ({
        xAxis: atMs / 1_000,
        lineStyle: {
          color: tone(what === 'kill' ? 'red' : 'violet'),
          type: what === 'kill' ? 'dotted' : 'dashed',
          width: 2,
        },
      })),
    },
  };
}

/** The sentence that explains them; empty when there are none. */
export function marksText({ timeline }: StormResult): string {
  const seen = new Set(timeline.marks.map(({ what }) => what));
  const says: readonly string[] = [
    ...(seen.has('stop') ? ['grey: the master was stopped'] : []),
    ...(seen.has('reload') ? ['dashed: a reload'] : []),
    ...(seen.has('kill') ? ['dotted: workers were killed'] : []),
  ];
  return says.length === 0 ? '' : `On the plots, ${says.join('; ')}.`;
}

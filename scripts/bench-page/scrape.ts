// What it costs to be looked at: a scrape against services, and the scoreboard's part of a turn.

import type { ScrapeResult } from '../../bench/micro/scrape.ts';
import type { Part } from './part.ts';
import { lines } from './plots.ts';
import { range, table } from './text.ts';

const kilobytes = (bytes: number) => `${Math.round(bytes / 1_000).toLocaleString('en')} kB`;

export const part: Part = {
  name: 'scrape',
  heading: 'Scrape and scoreboard against services',
  render({ rows }: ScrapeResult) {
    const cells = rows.map(({ services, series, publishUs, copyUs, plain, openMetrics }) => [
      String(services),
      series.toLocaleString('en'),
      range(publishUs, 1),
      range(copyUs, 1),
      range(plain.ms, 1),
      kilobytes(plain.bytes),
      range(openMetrics.ms, 1),
      kilobytes(openMetrics.bytes),
    ]);
    return {
      markdown: `
Services with one sleeping worker each, turn about in one process. The publish stage of a turn writes the gauges and copies
what is in use of the scoreboard to shared memory (microseconds); a scrape copies it from there (microseconds) and makes
the page (milliseconds), on the main thread, while the supervisor goes on. Medians, 10th and 90th percentile in brackets.

${table(['services', 'series', 'publish', "reader's copy", 'page', 'bytes', 'OpenMetrics page', 'bytes'], cells)}`,
      plots: [
        {
          name: 'scrape',
          title: 'A page of metrics against services, median',
          option: lines(
            { name: 'services' },
            [
              {
                name: 'page',
                tone: 'blue',
                points: rows.map(({ services, plain }) => [services, plain.ms.median]),
              },
            ],
            { unit: 'ms' },
          ),
        },
      ],
      goals: [],
    };
  },
};

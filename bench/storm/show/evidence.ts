// What a storm has to say to its objectives.

import { percentileMs } from '../load/latency.ts';
import type { Results } from '../load/results.ts';
import type { Counted, Evidence } from '../options/objectives.ts';
import type { ListenFigures } from '../watch/proc.ts';

export function evidenceOf(results: Results, listen: ListenFigures | undefined): Evidence {
  const { counts, failed } = results;
  const counted: Readonly<Record<Counted, number | undefined>> = {
    errors: failed,
    refused: counts.refused,
    timeouts: counts['timed-out'],
    resets: counts.reset,
    cut: counts.cut,
    wrong: counts.wrong,
    overflows: listen?.overflows,
    drops: listen?.drops,
  };
  return {
    visits: results.started,
    counted: (what) => counted[what],
    percentileMs: (measure, percent) => {
      const histogram = results.histogramOf(measure);
      const missing = results.missing(measure);
      return histogram.count + missing === 0 ? undefined : percentileMs(histogram, missing, percent);
    },
  };
}

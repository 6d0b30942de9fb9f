// The candidates for the estimate of completions, the `released` of the spawn policy, and which of them was taken.

import type { CyrusReleased, ReleasedRow } from '../../bench/cyrus/released.ts';
import type { EstimatorName } from '../../bench/policies/estimators.ts';
import type { Part } from './part.ts';
import { fixed, table } from './text.ts';

const SAYS: Readonly<Record<EstimatorName, string>> = {
  'sliding-window': "the product's: a rate over two start-up times, in two halves that slide",
  none: 'none: the queue alone',
  'last-startup': 'what was finished in the last start-up time',
  'weighted-rate': 'exponentially weighted, the start-up time as its constant',
  'recent-gap': 'from the mean gap of the last eight',
};

export const part: Part = {
  name: 'cyrus-released',
  heading: 'The estimate of completions',
  render({ rounds, loads, rows }: CyrusReleased) {
    const names = Object.keys(loads) as (keyof typeof loads)[];
    return {
      markdown: `
How many clients the living workers will have finished when a new one is up: a queue that is gone by then is no reason to
start it. Candidates in the same core, on imapd, ${rounds} rounds in changing order. Medians: milliseconds until the last client
was through, and workers started.

${table(
  [
    'estimate',
    ...names.map((name) => `${loads[name].clients} ${loads[name].session}, prefork=${loads[name].prefork}`),
  ],
  rows.map((row) => [SAYS[row.estimator], ...names.map((name) => cell(row.loads[name]))]),
)}`,
      plots: [],
      goals: [],
    };
  },
};

function cell({ lastMs, spawned }: ReleasedRow['loads'][keyof ReleasedRow['loads']]): string {
  return `${fixed(lastMs, 0)} (${spawned} workers)`;
}

// The compared policies for a reader, in a few words that fit a plot; for the benchmarks' results, so that the page need
// not load what it describes.

import type { PolicyName } from './index.ts';

export const POLICY_SAYS: Readonly<Record<PolicyName, string>> = {
  'queue-proportional': 'ours',
  'start-cap-2': 'ours, start cap 2',
  'without-start-cap': 'ours, no start cap',
  'without-released': 'ours, no released',
  'one-at-a-time': 'one at a time',
  'apache-doubling': 'Apache',
  'php-fpm-dynamic': 'php-fpm',
  'uwsgi-backlog': 'uWSGI 1',
  'uwsgi-backlog-eager': 'uWSGI 32',
};

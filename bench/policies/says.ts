// The names of the compared policies for a reader, in the order of the tables; for the benchmarks' results, so that the
// page need not load what it describes.

import type { PolicyName } from './index.ts';

export const POLICY_SAYS: Readonly<Record<PolicyName, string>> = {
  'queue-proportional': 'ours',
  'start-cap-2': 'ours, start cap fixed at 2',
  'without-start-cap': 'ours without start cap',
  'without-released': 'ours without released',
  'one-at-a-time': 'Cyrus, Postfix: one at a time',
  'apache-doubling': 'Apache: doubling',
  'php-fpm-dynamic': 'php-fpm: dynamic',
  'uwsgi-backlog': 'uWSGI: backlog, step 1',
  'uwsgi-backlog-eager': 'uWSGI: backlog, step 32',
};

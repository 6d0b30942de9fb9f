// Cyrus's metrics: names, labels and values are the same, so that dashboards go on working.

import { measure, metricsOf } from '../support/metrics.ts';
import type { Chapter } from '../support/scenario.ts';
import { daemons, services } from '../support/sections.ts';

/** Of one with maxchild=7 that has a client and two who wait, one that is unlimited, and a daemon. */
const WANTED = [
  ...values('active_children', ['echo 3', 'free 0', 'idle 1']),
  ...values('forks_per_second', ['echo', 'free', 'idle']),
  ...values('forks_total', ['echo 3', 'free 0', 'idle 1']),
  ...values('max_children', ['echo 7', 'free 2147483647', 'idle 1']),
  ...values('max_forks_per_second', ['echo 0', 'free 0', 'idle 10']),
  ...values('ready_fails_total', ['echo 0', 'free 0', 'idle 0']),
  ...values('ready_workers', ['echo 2', 'free 0', 'idle 1']),
].sort();

function values(name: string, each: readonly string[]): readonly string[] {
  return each.map((text) => {
    const [service = '', ...value] = text.split(' ');
    const family = service === 'idle' ? 'daemon' : 'ipv4';
    return [`cyrus_master_${name}{service="${service}",family="${family}"}`, ...value].join(' ');
  });
}

export const METRICS: Chapter = {
  title: 'Metrics',
  scenarios: [
    {
      tells: 'the metrics of Cyrus have their names, labels and values',
      configuration: (stage) => {
        measure(stage);
        return [
          daemons(`idle cmd="${stage.command('kind=daemon')}"`),
          services(stage.service('echo', 'prefork=2 maxchild=7'), stage.service('free')),
        ].join('\n');
      },
      play: async (stage) => {
        await stage.open('echo', 'free');
        await stage.oneOf('idle');
        await stage.count('echo', 2);
        await stage.greeted('echo');
        await stage.count('echo', 3);
        return { metrics: await metricsOf(stage, WANTED) };
      },
      outcome: { metrics: WANTED },
    },
  ],
};

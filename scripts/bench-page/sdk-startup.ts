// What the worker SDK adds to Node's own start-up.

import type { SdkStartupResult, StartUp } from '../../bench/micro/sdk-startup.ts';
import type { Part } from './part.ts';
import { bars } from './plots.ts';
import { fixed, range, table } from './text.ts';

export const part: Part = {
  name: 'sdk-startup',
  heading: "What the worker SDK adds to Node's start-up",
  render({ rounds, bare, koffi, sdk, addedByKoffi, addedBySdk }: SdkStartupResult) {
    const row = (name: string, { wallMs, cpuMs }: StartUp) => [name, range(wallMs, 1), range(cpuMs, 1)];
    const rows = [
      row('bare Node listener', bare),
      row('the same, with koffi', koffi),
      row('SDK worker', sdk),
      ['added by koffi', fixed(addedByKoffi.wallMs, 1), fixed(addedByKoffi.cpuMs, 1)],
      ['added by the SDK in all', fixed(addedBySdk.wallMs, 1), fixed(addedBySdk.cpuMs, 1)],
    ];
    const programs = [bare, koffi, sdk];
    return {
      markdown: `
From spawn to the first message on the status channel; ${rounds} rounds, in turn. Medians in milliseconds, 10th and 90th
percentile in brackets; CPU of all threads of the worker.

${table(['program', 'wall', 'CPU'], rows)}`,
      plots: [
        {
          name: 'sdk-startup',
          title: 'From spawn to the first message, medians',
          option: bars(
            ['bare Node listener', 'with koffi', 'SDK worker'],
            [
              { name: 'wall', tone: 'blue', values: programs.map(({ wallMs }) => wallMs.median) },
              { name: 'CPU', tone: 'amber', values: programs.map(({ cpuMs }) => cpuMs.median) },
            ],
            { unit: 'ms' },
          ),
        },
      ],
      goals: [],
    };
  },
};

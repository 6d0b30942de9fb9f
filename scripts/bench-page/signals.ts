// Whether a rain of signals at the supervisor thread makes clients wait, and who pays for it.

import type { Measured, Side, SignalsResult } from '../../bench/micro/signals.ts';
import type { Goal, Part } from './part.ts';
import { bars } from './plots.ts';
import { fixed, table } from './text.ts';

const RATIO_MAX = 1.1;

const SIDES: Readonly<Record<Side, string>> = {
  none: 'no signals',
  supervisor: 'at the supervisor thread',
  elsewhere: 'at a bystander',
};
const WORKERS = { c: 'tiny C worker', sdk: 'SDK worker (imap)' } as const;

type Compared = SignalsResult['workers'][number];

export const part: Part = {
  name: 'signals',
  heading: 'Signals at the supervisor thread',
  render({ rounds, load, workers }: SignalsResult) {
    const sides = Object.keys(SIDES) as Side[];
    const cells = workers.flatMap(({ worker, sides: measured }) =>
      sides.map((side) => [WORKERS[worker], SIDES[side], ...figures(measured[side])]),
    );
    return {
      markdown: `
The same load (\`${load}\`) in turn, ${rounds} rounds, medians: without signals; with SIGUSR2 at the
supervisor thread, so that every poll of it is interrupted; and with as many signals at a bystander, a process that has
nothing to do with the master. The bystander is the control: what it costs a machine of few processors that somebody
sends signals as fast as he can. Latency from the planned arrival to the greeting, in milliseconds.

${table(
  [
    'worker',
    'signals',
    'p50',
    'p99',
    'failed',
    'signals a second',
    'CPU: supervisor',
    'its event loop',
    'sender',
  ],
  cells,
)}`,
      plots: [
        {
          name: 'signals',
          title: 'p99 from the planned arrival to the greeting',
          option: bars(
            workers.map(({ worker }) => WORKERS[worker]),
            [
              { name: SIDES.none, tone: 'grey', values: workers.map(p99('none')) },
              { name: SIDES.supervisor, tone: 'blue', values: workers.map(p99('supervisor')) },
              { name: SIDES.elsewhere, tone: 'amber', values: workers.map(p99('elsewhere')) },
            ],
            { unit: 'ms' },
          ),
        },
      ],
      goals: workers.map(goal),
    };
  },
};

function p99(side: Side): (compared: Compared) => number {
  return ({ sides }) => sides[side].p99;
}

function figures(measured: Measured): readonly string[] {
  const { p50, p99, failed, signalsPerSecond, supervisorCpu, eventLoopCpu, senderCpu } = measured;
  const percent = (share: number) => `${fixed(share * 100, 1)} %`;
  return [
    fixed(p50, 1),
    fixed(p99, 1),
    String(failed),
    Math.round(signalsPerSecond).toLocaleString('en'),
    percent(supervisorCpu),
    percent(eventLoopCpu),
    percent(senderCpu),
  ];
}

function goal({ worker, sides, p99ToNone, p99ToElsewhere }: Compared): Goal {
  const { supervisorCpu, eventLoopCpu, senderCpu } = sides.supervisor;
  const taken = supervisorCpu + eventLoopCpu - sides.none.supervisorCpu - sides.none.eventLoopCpu;
  return {
    figure: `p99 greeting under 20,000 signals a second, against none: ${WORKERS[worker]}`,
    goal: `at most ${RATIO_MAX}`,
    measured: `${fixed(p99ToNone, 2)} (against as many at a bystander: ${fixed(p99ToElsewhere, 2)})`,
    met: p99ToNone <= RATIO_MAX,
    why:
      `the processors are the clients' and the workers' as well. The sender takes ${fixed(senderCpu * 100, 0)} % of one, and ` +
      `answering takes the master ${fixed(taken * 100, 0)} % more than without signals (supervisor ` +
      `${fixed(supervisorCpu * 100, 0)} %, event loop ${fixed(eventLoopCpu * 100, 0)} %: Node hands every signal to it). ` +
      'The ratio to the bystander is what the signals do to the master itself.',
  };
}

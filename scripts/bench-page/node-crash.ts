// A worker of the same Node program dies under load: what is lost with it, and how soon the next one is there.

import type { NodeCrash } from '../../bench/node/crash.ts';
import { LEGEND_OF, leftOutLines, ms, SAYS, TONE_OF, whole } from './node-sides.ts';
import type { Part } from './part.ts';
import { bars } from './plots.ts';
import { fixed, table } from './text.ts';

type DeathResult = NodeCrash['deaths'][number];

const DEATHS: Readonly<Record<DeathResult['death'], string>> = {
  killed: 'killed by SIGKILL',
  throws: 'an exception that nobody caught',
};

export const part: Part = {
  name: 'node-crash',
  heading: 'A Node service: a worker dies',
  render({ what, repetitions, leftOut, deaths }: NodeCrash) {
    return {
      markdown: `
${what}, most of them on connections that are kept; ${repetitions} times each, in turn. What the dead worker had taken is lost under every
side: each connection that it held, with the request on it. A request that is **never answered** (no answer and no end within
10 s) hangs: under round-robin the primary had sent its connection to the worker, and keeps a copy open until the worker confirms,
which a dead one never does. "Replaced after" is the median time until as many workers accept as before, the start of Node included.
${leftOutLines(leftOut)}
${deaths.map(deathText).join('\n')}`,
      plots: [plotOf(deaths)],
      goals: [],
    };
  },
};

function deathText({ death, sides }: DeathResult): string {
  const rows = sides.map(({ side, lost, lostPerCrash, answered, recoveryMs, worstMs }) => [
    SAYS[side],
    fixed(lostPerCrash, 1),
    whole(lost.reset + lost.cut + lost.wrong),
    whole(lost.refused),
    whole(lost['timed-out']),
    whole(answered),
    ms(recoveryMs),
    ms(worstMs),
  ]);
  const head = [
    '',
    'lost per death',
    'cut or reset, in all',
    'refused',
    'never answered',
    'answered',
    'replaced after, ms',
    'worst latency meanwhile, ms',
  ];
  return `**${DEATHS[death]}**\n\n${table(head, rows)}`;
}

function plotOf(deaths: readonly DeathResult[]) {
  const names = deaths[0]?.sides.map(({ side }) => side) ?? [];
  return {
    name: 'node-crash',
    title: 'Until a dead worker is replaced',
    option: bars(
      deaths.map(({ death }) => DEATHS[death]),
      names.map((name) => ({
        name: LEGEND_OF[name],
        tone: TONE_OF[name],
        values: deaths.map(({ sides }) => sides.find(({ side }) => side === name)?.recoveryMs ?? null),
      })),
      { unit: 'ms' },
    ),
  };
}

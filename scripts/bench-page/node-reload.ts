// All workers of the same Node program are replaced under load: what is lost, and how late the latest answer is.

import { SLICE_MS } from '../../bench/node/load/order.ts';
import type { NodeReload } from '../../bench/node/reload.ts';
import { LEGEND_OF, leftOutLines, ms, SAYS, TONE_OF, whole } from './node-sides.ts';
import type { Goal, Part } from './part.ts';
import { lines } from './plots.ts';
import { table } from './text.ts';

type Row = NodeReload['once'][number];

export const part: Part = {
  name: 'node-reload',
  heading: 'A Node service: a rolling reload',
  render({ what, repetitions, reloadAfterMs, leftOut, once, inARow }: NodeReload) {
    return {
      markdown: `
${what}, on connections that are kept and on one each: by \`preforkd reload\`, by the primary's loop of fork, disconnect and
next, by \`pm2 reload\`. Lost is every request that was sent and not answered, a request on a connection that was closed
just then included (\`server.close()\` ends the connections that rest, which is what node:cluster's disconnect and pm2's graceful
shutdown come to; the SDK leaves them to the program, which answers their next request and says that it was the last). A request that was
**never answered** had no answer and no end within 10 s. Latency counts from the moment when a request was due.
${leftOutLines(leftOut)}
**One reload**, ${repetitions} times, in turn:

${rowsOf(once)}
**${inARow.times} in a row**, each begun as soon as the one before was over:

${rowsOf(inARow.sides)}
preforkd tells all idle workers at once to finish, so that for the time that Node takes to start nobody accepts: clients wait in
the socket's queue, and none is refused. The others have a new worker up before they let an old one go.`,
      plots: [plotOf(once, reloadAfterMs)],
      goals: [once, inARow.sides].flatMap((sides, index) =>
        goalOf(sides, index === 0 ? 'a reload' : 'reloads in a row'),
      ),
    };
  },
};

function rowsOf(sides: readonly Row[]): string {
  const rows = sides.map(({ side, lost, lostInAll, answered, tookMs, worstMs, worstBeforeMs, p99 }) => [
    SAYS[side],
    whole(lostInAll),
    whole(lost['timed-out']),
    whole(answered),
    ms(tookMs),
    ms(worstMs),
    ms(worstBeforeMs),
    ms(p99),
  ]);
  const head = [
    '',
    'lost',
    'of them never answered',
    'answered',
    'took, ms',
    'worst latency meanwhile, ms',
    'worst before, ms',
    'p99 of the whole run, ms',
  ];
  return table(head, rows);
}

function plotOf(sides: readonly Row[], reloadAfterMs: number) {
  return {
    name: 'node-reload',
    title: `Answers over time; the reload begins at ${reloadAfterMs / 1_000} s`,
    option: lines(
      { name: 'seconds' },
      sides.map(({ side, perSlice }) => ({
        name: LEGEND_OF[side],
        tone: TONE_OF[side],
        points: perSlice.map((answered, slice) => [
          (slice * SLICE_MS) / 1_000,
          (answered * 1_000) / SLICE_MS,
        ]),
      })),
      { unit: 'answers a second' },
    ),
  };
}

function goalOf(sides: readonly Row[], figure: string): readonly Goal[] {
  const ours = sides.find(({ side }) => side === 'preforkd');
  if (!ours) return [];
  return [
    {
      figure: `accepted requests of a Node service lost in ${figure}`,
      goal: '0',
      measured: whole(ours.lostInAll),
      met: ours.lostInAll === 0,
    },
  ];
}

// The stalled master (Cyrus IMAP 2.5.7, University of Konstanz, 2016): the same core, workers and clients under the same
// interruptions, once with a loop that goes back to its top when its wait is interrupted, and once with ours. Then both
// under real signals, which do not show it on Linux. Called by the table of incidents.

import { hostname } from 'node:os';
import { ownVersion } from '../../../src/cli/version.ts';
import type { LoopName } from '../../rig/order.ts';
import { thisMachine } from '../../storm/show/machine.ts';
import type { Incident, IncidentOptions, Surroundings } from '../incident.ts';
import { interrupted, LOOP_NAMES, LOOP_SAYS, type RunOrder, signalled } from './order.ts';
import { FORMAT, type Seen, type StalledMasterResult, seenOf, verdictOf } from './result.ts';
import { runLoop } from './run.ts';
import { incidentText } from './table.ts';

const USUAL_MS = 14_000;
/** Below this the window would be too short: who was being started when it began still serves, on a busy machine late. */
const LEAST_MS = 10_000;
const MOST_MS = 60_000;

export const stalledMaster: Incident = {
  says: 'a loop that starts again whenever its wait is interrupted reads no message and serves nobody new (Cyrus IMAP 2.5.7, 2016)',
  durationMs: { least: LEAST_MS, most: MOST_MS, usual: USUAL_MS },
  run: async ({ seed, durationMs = USUAL_MS }, surroundings) => {
    const under = async (order: (loop: LoopName) => RunOrder): Promise<Record<LoopName, Seen>> => {
      const runs = {} as Record<LoopName, Seen>;
      for (const loop of LOOP_NAMES) {
        if (!surroundings.abort.aborted) runs[loop] = seenOf(await announced(order(loop), surroundings));
      }
      return runs;
    };
    const chaos = await under((loop) => interrupted(loop, seed, durationMs));
    const signals = await under((loop) => signalled(loop, seed, durationMs));
    if (surroundings.abort.aborted) return undefined;
    const result = resultOf({ seed, durationMs }, chaos, signals);
    return {
      reproduced: result.verdict.oldStalled && !result.verdict.oursStalled,
      result,
      text: (colours) => incidentText(result, colours),
      // 0.4 s of loading, which nobody pays who wants no page.
      page: async () => (await import('./page.ts')).reportPage(result),
    };
  },
};

function announced(order: RunOrder, surroundings: Surroundings) {
  const { output, progressColumns } = surroundings;
  const trouble = order.window === undefined ? 'under real signals' : 'every poll interrupted for a while';
  if (progressColumns !== undefined) output.err(`${LOOP_SAYS[order.loop]}, ${trouble}\n`);
  return runLoop(order, surroundings);
}

function resultOf(
  { seed, durationMs = USUAL_MS }: IncidentOptions,
  chaos: StalledMasterResult['interrupted'],
  signals: StalledMasterResult['signalled'],
): StalledMasterResult {
  const duration = durationMs === USUAL_MS ? '' : ` --duration ${durationMs}ms`;
  return {
    format: FORMAT,
    incident: 'stalled-master',
    preforkd: ownVersion(),
    seed,
    command: `preforkd storm incident stalled-master --seed ${seed}${duration}`,
    verdict: verdictOf(chaos),
    interrupted: chaos,
    signalled: signals,
    machine: thisMachine(hostname()),
  };
}

// THE TURN. The loop of the master is `while (turn(master)) {}`; a turn always completes, and nothing jumps back to
// its top. Every stage of every turn is timed: the incident that started this project was found by ten timestamps
// in a loop, of which the last never changed.

import { MASTER_FIELD, observe, STAGES, type Stage, stageField, TURN_BUCKETS, turnField } from './board.ts';
import { advanceBoot } from './boot.ts';
import { obeyCommands } from './command-handlers.ts';
import { meetDeadlines } from './deadlines.ts';
import { chooseInterest } from './interest.ts';
import { audit, checkInvariants } from './invariants.ts';
import { watchLeftBehind } from './left-behind.ts';
import { bindAgain, forgetRemoved, refuseDisabled } from './listeners.ts';
import { count, type Master, tell } from './master.ts';
import { readMessages } from './messages.ts';
import { waitForWork } from './poll.ts';
import { publish } from './publish.ts';
import { completeTurn, enterStage } from './pulse.ts';
import { reapExits } from './reap.ts';
import { runDueEvents } from './schedule.ts';
import { advanceShutdown } from './shutdown.ts';
import { spawnWorkers } from './spawner.ts';

/** What each stage does, in the order of the turn. */
const WORK: Record<Stage, (master: Master) => void> = {
  // Whatever poll says, also when it was interrupted again and again, the turn goes on.
  poll: waitForWork,
  // Before exits, because a worker's last words decide in which state it died.
  messages: readMessages,
  reap: (master) => {
    reapExits(master);
    audit(master);
  },
  // After the workers' news, so that an answer tells the state as it is now.
  commands: obeyCommands,
  schedule: (master) => {
    advanceBoot(master);
    bindAgain(master);
    meetDeadlines(master);
    runDueEvents(master);
    watchLeftBehind(master);
    advanceShutdown(master);
    forgetRemoved(master);
  },
  // After all that frees or takes a place, so that one decision sees everything. A program that cannot be executed may
  // have disabled its service.
  spawn: (master) => {
    spawnWorkers(master);
    refuseDisabled(master);
  },
  // After the spawns, because what may be spawned next decides which listeners are watched.
  interest: chooseInterest,
  publish,
  invariants: checkInvariants,
};

/** One turn. False when the master has stopped: then nothing of it is left. */
export function turn(master: Master): boolean {
  let before = master.os.now();
  let worked = 0;
  let place = 0;
  for (const stage of STAGES) {
    enterStage(master.pulse, place, before);
    place += 1;
    WORK[stage](master);
    const after = master.os.now();
    if (stage === 'poll') master.now = after;
    else worked += after - before;
    observe(master.view, stageField(stage), TURN_BUCKETS, (after - before) / 1000);
    before = after;
  }
  // The turn's own time is its work: waiting in poll is no stall.
  observe(master.view, turnField, TURN_BUCKETS, worked / 1000);
  count(master, 'turns');
  completeTurn(master.pulse);
  master.view[MASTER_FIELD.lastTurnAt] = master.os.now();
  return master.phase !== 'stopped';
}

/** Tells that the master has begun. Called once, before the first turn. */
export function begin(master: Master): void {
  master.view[MASTER_FIELD.lastTurnAt] = master.os.now();
  const { file, services } = master.spec;
  tell(master, { kind: 'master-started', file, services: services.length });
}

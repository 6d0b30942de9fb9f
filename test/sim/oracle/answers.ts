// Commands and their answers: taken by the first turn that begins after they were sent, answered once, and as the
// orders say. Called as commands are sent, taken and answered, and after every turn; throws a Violation.

import type { Command, Reply } from '../../../src/core/commands.ts';
import { type Deserved, order, pauseAfterAll } from './orders.ts';
import { hit, type Truth, time, violate } from './truth.ts';

const RULE = 'commands-answered';

/** From the wake to the turn that takes it, waiting only: what the master was busy with is not counted. */
const TAKEN_WITHIN_MS = 250;

interface Sent {
  readonly command: Command;
  readonly at: number;
  readonly busyMs: number;
}

interface Owed {
  readonly command: Command;
  readonly deserved: Deserved;
}

export interface Answers {
  readonly sent: Map<number, Sent>;
  readonly owed: Map<number, Owed>;
}

export function noAnswers(): Answers {
  return { sent: new Map(), owed: new Map() };
}

export function commandSent(truth: Truth, { sent }: Answers, command: Command): void {
  sent.set(command.id, { command, at: truth.kernel.now(), busyMs: truth.kernel.busyMs });
}

export function commandTaken(truth: Truth, { sent, owed }: Answers, command: Command): void {
  truth.now.commands += 1;
  sent.delete(command.id);
  owed.set(command.id, { command, deserved: order(truth, command) });
}

export function replied(truth: Truth, { owed }: Answers, reply: Reply): void {
  const debt = owed.get(reply.id);
  if (debt === undefined)
    violate(truth, RULE, `command ${reply.id} is answered, and no answer to it is owed`);
  owed.delete(reply.id);
  const { command, deserved } = debt;
  if (deserved === 'later' && truth.master?.phase !== 'stopped') {
    violate(truth, RULE, `command ${reply.id} (${command.kind}) is answered before the master has stopped`);
  }
  if (deserved === 'either') {
    if (reply.ok && (command.kind === 'pause' || command.kind === 'resume')) {
      pauseAfterAll(truth, command.service, command.kind === 'pause');
    }
    return;
  }
  const good = deserved !== 'refused';
  if (reply.ok === good) return;
  const error = reply.ok ? '' : ` ("${reply.error}")`;
  violate(
    truth,
    RULE,
    `command ${reply.id} (${command.kind}) is ${reply.ok ? 'done' : `refused${error}`}, and should be ${good ? 'done' : 'refused'}`,
  );
}

/** Called after every turn, when all its replies are there. */
export function commandsAnswered(truth: Truth, { sent, owed }: Answers): void {
  for (const [id, { command, deserved }] of owed) {
    if (deserved !== 'later')
      violate(truth, RULE, `command ${id} (${command.kind}) is not answered in its turn`);
  }
  for (const [id, { command, at, busyMs }] of sent) {
    const waitedMs = truth.kernel.now() - at - (truth.kernel.busyMs - busyMs);
    const passedOver = at < truth.last.endedAt;
    // A poll that fails is followed by a pause.
    if (!passedOver && (waitedMs <= TAKEN_WITHIN_MS || hit(truth, 'poll-enomem', 'spawn-slow'))) continue;
    violate(truth, RULE, `command ${id} (${command.kind}) was sent at ${time(at)} and has not been taken`);
  }
}

/** When the master has stopped, nobody waits for an answer. */
export function everythingAnswered(truth: Truth, { owed }: Answers): void {
  for (const [id, { command }] of owed)
    violate(truth, RULE, `command ${id} (${command.kind}) was never answered`);
}

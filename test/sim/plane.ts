// The plane's part in a simulated run: numbers the commands, holds them until the core takes them, wakes the master,
// and lets the oracle hear all that passes. Commands come from operator.ts and, for the heal and the stop, from run.ts.

import type { Command, CommandToSend, Reply } from '../../src/core/commands.ts';
import type { Fact } from '../../src/core/facts.ts';
import type { Outlet } from '../../src/core/master.ts';
import type { SimKernel } from '../../src/os/sim/options.ts';
import type { Oracle } from './oracle/oracle.ts';

export interface Plane {
  readonly outlet: Outlet;
  /** `whenAnswered` hears the reply, in the turn that gives it. */
  send(command: CommandToSend, whenAnswered?: (reply: Reply) => void): void;
}

export interface PlaneSetting {
  kernel(): SimKernel;
  readonly oracle: Oracle;
  /** For the trace. */
  readonly heard: {
    readonly command: (command: Command) => void;
    readonly reply: (reply: Reply) => void;
    readonly fact: (fact: Fact) => void;
  };
}

export function createPlane({ kernel, oracle, heard }: PlaneSetting): Plane {
  let waiting: Command[] = [];
  let sent = 0;
  const answers = new Map<number, (reply: Reply) => void>();
  const answered = (reply: Reply): void => {
    heard.reply(reply);
    answers.get(reply.id)?.(reply);
    answers.delete(reply.id);
  };
  return {
    send: (toSend, whenAnswered) => {
      sent += 1;
      const command = { ...toSend, id: sent } as Command;
      if (whenAnswered) answers.set(sent, whenAnswered);
      waiting.push(command);
      heard.command(command);
      oracle.sent(command);
      kernel().wake();
    },
    outlet: {
      takeCommands: () => {
        const taken = waiting;
        if (taken.length === 0) return taken;
        waiting = [];
        oracle.taken(taken);
        return taken;
      },
      publish: ({ facts, replies }) => {
        for (const fact of facts) heard.fact(fact);
        oracle.told(facts);
        oracle.replied(replies);
        for (const reply of replies) answered(reply);
      },
    },
  };
}

// The supervisor thread: an endless, synchronous loop of turns around poll(2). Nothing else runs here: no HTTP, no
// logging, no promises, so that nothing which looks out can stop message handling.
// When a turn throws, which is our own bug, the workers are ended here, and the plane is told with the state.

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Command } from '../core/commands.ts';
import { createMaster, type Master, type Outlet } from '../core/master.ts';
import { begin, turn } from '../core/supervisor.ts';
import { assert } from '../lib/assert.ts';
import { entropy } from '../lib/entropy.ts';
import { withChaos } from '../os/chaos.ts';
import { type DatagramSocket, openDatagramSocket } from '../os/linux/datagram-socket.ts';
import { createLinuxOs } from '../os/linux/index.ts';
import { chaosOf } from './chaos.ts';
import { dumpState, endAllWorkers } from './crash.ts';
import type { Report, ThreadInput } from './messages.ts';
import { takePidfile } from './pidfile.ts';
import { scoreboardWriter } from './scoreboard.ts';

/** More than any plane sends between two turns; the rest would wait for the next wake-up. */
const COMMANDS_PER_TURN_MAX = 1_024;

function outlet(commands: MessagePort, report: (report: Report) => void, shared: SharedArrayBuffer): Outlet {
  const writer = scoreboardWriter(shared);
  return {
    takeCommands: () => {
      const taken: Command[] = [];
      for (let message = receiveMessageOnPort(commands); message; message = receiveMessageOnPort(commands)) {
        taken.push(message.message as Command);
        if (taken.length === COMMANDS_PER_TURN_MAX) break;
      }
      return taken;
    },
    publish: ({ board, slotsUsed, facts, replies }) => {
      writer.begin();
      writer.copy(board, slotsUsed);
      writer.end();
      // Facts first: who gets an answer finds in the log what led to it.
      if (facts.length > 0) report({ kind: 'facts', facts });
      if (replies.length > 0) report({ kind: 'replies', replies });
    },
  };
}

/** Connected before the first line is written. */
function openConnected(name: string | undefined, now: number): DatagramSocket | undefined {
  const socket = name === undefined ? undefined : openDatagramSocket(name);
  socket?.keep(now);
  return socket;
}

function supervise(input: ThreadInput & { commands: MessagePort }, report: (report: Report) => void): void {
  const { spec, board, runDirectory, pidfile, quiet, listenFds, commands } = input;
  const real = createLinuxOs({ runDirectory, listenFds });
  const chaos =
    input.chaos && withChaos(real, input.chaos.plan, entropy(input.chaos.seed), input.chaos.stallMs);
  const os = chaos?.os ?? real;
  const log = openConnected(input.logSocket, os.now());
  const notify = openConnected(input.notifySocket, os.now());
  report({ kind: 'opened', wakeFd: os.wakeFd, logFd: log?.fd, notifyFd: notify?.fd });
  let master: Master | undefined;
  try {
    if (pidfile !== undefined && !takePidfile(os, pidfile, report)) return;
    master = createMaster(os, spec, outlet(commands, report, board), {
      masterPid: process.pid,
      // A copy: every look at the thread's own is a call into Node.
      environment: { ...process.env } as Record<string, string>,
      quiet,
      pulse: new Float64Array(input.pulse),
    });
    begin(master);
    const worstCase = chaosOf(process.env);
    for (let turns = 1; turn(master); turns += 1) {
      worstCase(turns);
      log?.keep(os.now());
      notify?.keep(os.now());
    }
    if (chaos) report({ kind: 'chaos', injected: chaos.injected });
    report({ kind: 'stopped', exitCode: master.shutdown?.exitCode ?? 0 });
  } catch (error) {
    // From here on every call counts.
    chaos?.calm();
    const dump = master ? dumpState(master) : '';
    if (master) endAllWorkers(master);
    if (chaos) report({ kind: 'chaos', injected: chaos.injected });
    report({ kind: 'crashed', error: String((error as Error).stack ?? error), dump });
  } finally {
    commands.close();
  }
}

assert(parentPort, 'the supervisor thread is started by thread/handle.ts');
const port = parentPort;
supervise(workerData as ThreadInput & { commands: MessagePort }, (report) => port.postMessage(report));

// The plane's end of the supervisor thread: starts it, sends commands, hands reports on. The only place outside
// the thread that knows how the two talk.

import { writeSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Fact } from '../core/facts.ts';
import type { CommandToSend, Reply, Report, ThreadInput } from './messages.ts';

export interface SupervisorListeners {
  facts(facts: readonly Fact[]): void;
  /** The pidfile that was asked for is ours. */
  pidfileTaken(): void;
  /** Nothing was started; the master exits with this code. */
  refused(text: string, exitCode: number): void;
  /** The loop has ended as asked. */
  stopped(exitCode: number): void;
  /** Our own contradiction; workers have been ended as far as the thread could. */
  crashed(error: string, dump: string): void;
  /** What `preforkd run --chaos` has done, before the end. */
  chaos(injected: Readonly<Record<string, number>>): void;
  /** A datagram socket, connected to syslogd as long as there is one. */
  logSocket(fd: number): void;
  /** Likewise to NOTIFY_SOCKET. */
  notifySocket(fd: number): void;
}

export interface SupervisorThread {
  /** Resolves with the answer; a thread that has ended answers `ok: false`. */
  command(command: CommandToSend): Promise<Reply>;
}

/** Starts the supervisor thread. Reports arrive on the event loop of the calling thread. */
export function startSupervisorThread(input: ThreadInput, listeners: SupervisorListeners): SupervisorThread {
  const commands = new MessageChannel();
  const waiting = new Map<number, (reply: Reply) => void>();
  const unsent: (CommandToSend & { id: number })[] = [];
  let wakeFd: number | undefined;
  let lastId = 0;
  let ended = false;

  const worker = new Worker(new URL('./entry.js', import.meta.url), {
    workerData: { ...input, commands: commands.port2 },
    transferList: [commands.port2],
    name: 'supervisor',
    // A turn makes little garbage: a small nursery keeps the master's memory down and its collections short.
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
  });

  const post = (command: CommandToSend & { id: number }) => {
    if (wakeFd === undefined) {
      unsent.push(command);
      return;
    }
    commands.port1.postMessage(command);
    writeSync(wakeFd, WAKE);
  };

  const end = () => {
    ended = true;
    commands.port1.close();
    for (const [id, resolve] of waiting) resolve({ id, ok: false, error: 'the master has stopped' });
    waiting.clear();
  };

  const receive = (report: Report) => {
    if (report.kind === 'facts') listeners.facts(report.facts);
    else if (report.kind === 'chaos') listeners.chaos(report.injected);
    else if (report.kind === 'pidfile-taken') listeners.pidfileTaken();
    else if (report.kind === 'replies') answer(report.replies, waiting);
    else if (report.kind === 'opened') {
      wakeFd = report.wakeFd;
      if (report.logFd !== undefined) listeners.logSocket(report.logFd);
      if (report.notifyFd !== undefined) listeners.notifySocket(report.notifyFd);
      for (const command of unsent.splice(0)) post(command);
    } else if (!ended) {
      end();
      tellEnd(report, listeners);
    }
  };

  worker.on('message', receive);
  worker.on('error', (error) => {
    receive({ kind: 'crashed', error: String((error as Error).stack ?? error), dump: '' });
  });
  worker.on('exit', (code) => {
    receive({ kind: 'crashed', error: `the supervisor thread ended with code ${code}`, dump: '' });
  });

  return {
    command: (command) => {
      lastId += 1;
      const id = lastId;
      if (ended) return Promise.resolve({ id, ok: false, error: 'the master has stopped' });
      return new Promise<Reply>((resolve) => {
        waiting.set(id, resolve);
        post({ ...command, id });
      });
    },
  };
}

function answer(replies: readonly Reply[], waiting: Map<number, (reply: Reply) => void>): void {
  for (const reply of replies) {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  }
}

type End = Extract<Report, { readonly kind: 'stopped' | 'refused' | 'crashed' }>;

function tellEnd(report: End, listeners: SupervisorListeners): void {
  if (report.kind === 'stopped') listeners.stopped(report.exitCode);
  else if (report.kind === 'refused') listeners.refused(report.text, report.exitCode);
  else listeners.crashed(report.error, report.dump);
}

const NURSERY_MB = 4;

/** An eventfd takes 8 bytes, added to its counter (eventfd(2)). */
const WAKE = new Uint8Array(new BigUint64Array([1n]).buffer);

// Stage 2: reads every worker channel that has data, in every turn, whatever poll said. Messages are gossip: a bad
// one is counted and reported, never believed past the table of worker-states.ts, never fatal.
// Reads per turn and channel are bounded, so that a worker that floods its channel delays nobody; level-triggered
// epoll brings the rest back in the next turn. Exits are only noted here: reap.ts collects them after the last words.

import { decodeNotify, NOTIFY_DATAGRAM_BYTES_MAX } from '../protocol/notify-message.ts';
import { beginsMessage, decodeStatus, queueWaitMs, type StatusMessage } from '../protocol/status-message.ts';
import { add, observe, QUEUE_WAIT_BUCKETS, queueWaitField, SERVICE_FIELD } from './board.ts';
import { drain, type Heard } from './drain.ts';
import { type Master, tell } from './master.ts';
import { readOutput } from './output.ts';
import { workerSubject } from './owner.ts';
import { daemonReady, worked } from './progress.ts';
import { setStopLimit, setWatchdog } from './retire.ts';
import { partOfTag, serialOfTag, TAG, type Worker } from './worker.ts';

export const EPOLL_EVENTS_PER_TURN_MAX = 512;
const CHANNEL_BYTES_PER_READ_MAX = 4_096;

export function readMessages(master: Master): void {
  const { os, pending, roster } = master;
  const tags = os.epollReady(EPOLL_EVENTS_PER_TURN_MAX);
  pending.exits = [];
  pending.complete = tags.length < EPOLL_EVENTS_PER_TURN_MAX;
  for (const tag of tags) {
    const worker = roster.get(serialOfTag(tag));
    if (worker === undefined) continue;
    const part = partOfTag(tag);
    if (part === TAG.exit) pending.exits.push(worker);
    else if (part === TAG.channel) readChannel(master, worker);
    else readOutput(master, worker, part === TAG.stdout ? 'stdout' : 'stderr');
  }
}

/** One read of a worker's channel. */
export function readChannel(master: Master, worker: Worker): Heard {
  const { channel } = worker;
  if (channel.kind === 'none') return 'closed';
  const bytes = channel.kind === 'notify' ? NOTIFY_DATAGRAM_BYTES_MAX : CHANNEL_BYTES_PER_READ_MAX;
  const outcome = master.os.read(channel.fd, bytes);
  if (outcome.kind === 'empty') return 'empty';
  if (outcome.kind !== 'data') {
    closeChannel(master, worker);
    return 'closed';
  }
  if (channel.kind === 'status') hearStatus(master, worker, channel, outcome.bytes);
  else if (channel.kind === 'notify') hearNotification(master, worker, outcome.bytes);
  else hearOk(master, worker, channel, outcome.bytes);
  return outcome.bytes.length;
}

/** All that a worker said before it died, so that its exit is accounted in the state it died in. */
export function drainChannel(master: Master, worker: Worker): void {
  const { channel } = worker;
  if (channel.kind !== 'none') drain(master, channel.fd, () => readChannel(master, worker));
}

/** No more is heard through this channel: at its end (every holder has closed it), or when the worker is gone. */
export function closeChannel(master: Master, worker: Worker): void {
  const { channel } = worker;
  if (channel.kind === 'none') return;
  if (channel.kind === 'status' && channel.rest.length > 0)
    complain(master, worker, 'half a message at the end');
  master.os.epollRemove(channel.fd);
  if (channel.kind === 'notify') master.os.closeNotify(channel.fd, channel.path);
  else master.os.close(channel.fd);
  worker.channel = { kind: 'none' };
}

function hearStatus(master: Master, worker: Worker, channel: { rest: Uint8Array }, bytes: Uint8Array): void {
  // A half that stays one must not garble all that comes after it.
  if (channel.rest.length > 0 && beginsMessage(bytes, worker.pid)) {
    complain(master, worker, 'half a message');
    channel.rest = new Uint8Array(0);
  }
  const { messages, rest } = decodeStatus(channel.rest, bytes);
  channel.rest = rest;
  for (const message of messages) hear(master, worker, message);
}

function hear(master: Master, worker: Worker, message: StatusMessage): void {
  if (message.word === 'unknown') {
    complain(master, worker, `unknown message ${message.number}`);
    return;
  }
  // The channel is the identity. A worker that names another pid is not believed.
  if (message.pid !== worker.pid) {
    complain(master, worker, `${message.word} in the name of pid ${message.pid}`);
    return;
  }
  if (message.word === 'queueWait') {
    hearQueueWait(master, worker, queueWaitMs(message.number));
    return;
  }
  const change = worked(master, worker, message.word);
  if (change.odd !== undefined) complain(master, worker, change.odd);
}

/** A figure and no word: it changes no state, and decides nothing. One for each client that was reported before it. */
function hearQueueWait(master: Master, worker: Worker, waitMs: number): void {
  if (worker.waitsTold >= worker.uses) {
    complain(master, worker, 'a queue wait without a connection');
    return;
  }
  worker.waitsTold += 1;
  const { view } = worker.owner;
  if (view) observe(view, queueWaitField, QUEUE_WAIT_BUCKETS, waitMs / 1000);
}

function hearNotification(master: Master, worker: Worker, datagram: Uint8Array): void {
  const message = decodeNotify(datagram);
  // STATUS= of a thread that still talks is no sign of life of the one that hangs (sd_notify(3)).
  if (message.watchdog || message.ready) worker.watchdogAt = master.now;
  if (message.ready && worker.state === 'starting') {
    worked(master, worker, 'available');
    setWatchdog(master, worker);
  }
  if (message.stopping && worker.state !== 'draining') {
    worked(master, worker, 'told');
    // It ends by itself, so it says; one that does not is not kept for ever.
    setStopLimit(master, worker);
  }
  if (message.status !== undefined && message.status !== worker.statusText) {
    worker.statusText = message.status;
    tell(master, { ...workerSubject(worker), kind: 'worker-status', text: message.status });
  }
}

const OK_LINE = 'ok\r\n';

function hearOk(master: Master, worker: Worker, channel: { heard: string }, bytes: Uint8Array): void {
  channel.heard += new TextDecoder('latin1').decode(bytes).slice(0, OK_LINE.length);
  if (channel.heard.startsWith(OK_LINE)) {
    daemonReady(master, worker);
    closeChannel(master, worker);
  } else if (!OK_LINE.startsWith(channel.heard)) {
    complain(master, worker, `a waiting daemon says "ok\\r\\n" when it is ready, and nothing else`);
    closeChannel(master, worker);
  }
}

/** Every bad message is counted; the log hears of the first of each worker. */
function complain(master: Master, worker: Worker, problem: string): void {
  if (worker.owner.view) add(worker.owner.view, SERVICE_FIELD.messagesBad, 1);
  if (worker.complained) return;
  worker.complained = true;
  tell(master, { ...workerSubject(worker), kind: 'message-bad', problem, state: worker.state });
}

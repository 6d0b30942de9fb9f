// Turns a decision to spawn into a process and its record: opens the channel and the outputs, builds environment
// and descriptors for the protocol, calls os.spawn, enters the worker in roster and ledger. Every descriptor that
// is opened here is either in the record or closed again when something fails.

import type { Errno, Fd, OpenOutcome } from '../os/os.ts';
import { add, SERVICE_FIELD } from './board.ts';
import { descriptorsOf, environmentOf } from './child.ts';
import { enter } from './ledger.ts';
import { type Master, tell } from './master.ts';
import { activeCount, isService, type Owner, readyCount, subject, workerSubject } from './owner.ts';
import { worked } from './progress.ts';
import { type Service, startlimitMsOf } from './service.ts';
import type { CommandSpec } from './spec.ts';
import { presumedAfterMs } from './startup-time.ts';
import { type Channel, TAG, tagOf, type Worker } from './worker.ts';

export type LaunchOutcome =
  | { readonly kind: 'launched'; readonly worker: Worker }
  | { readonly kind: 'failed'; readonly errno: Errno; readonly stage: 'fork' | 'exec' | 'prepare' };

/** What is open between the master and a child that is about to be made. */
export interface Prepared {
  channel: Channel;
  /** The child's side of the channel. */
  childChannel: Fd | undefined;
  outputs: { readonly fd: Fd; readonly name: 'stdout' | 'stderr' }[];
  /** Closed here once the child has them, or when there will be no child. */
  childEnds: Fd[];
}

/** Spawns one worker of `owner`. `connection`: an inetd-style service's, which stays the caller's to close. */
export function launch(master: Master, owner: Owner, onDemand: boolean, connection?: Fd): LaunchOutcome {
  const command = isService(owner) ? owner.command : owner.spec.command;
  const prepared: Prepared = {
    channel: { kind: 'none' },
    childChannel: undefined,
    outputs: [],
    childEnds: [],
  };
  const problem = prepare(master, owner, command, prepared);
  if (problem !== undefined) {
    discard(master, prepared);
    return { kind: 'failed', errno: problem, stage: 'prepare' };
  }
  const outcome = master.os.spawn({
    path: command.path,
    argv: command.argv,
    environment: environmentOf(master, owner, command, prepared.channel),
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    descriptors: descriptorsOf(owner, prepared, connection),
  });
  for (const fd of prepared.childEnds.splice(0)) master.os.close(fd);
  if (outcome.kind === 'failed') {
    discard(master, prepared);
    return outcome;
  }
  return { kind: 'launched', worker: record(master, owner, prepared, outcome, onDemand) };
}

function prepare(master: Master, owner: Owner, command: CommandSpec, prepared: Prepared): Errno | undefined {
  return openChannel(master, owner, command, prepared) ?? openOutputs(master, owner, prepared);
}

function openChannel(
  master: Master,
  owner: Owner,
  command: CommandSpec,
  prepared: Prepared,
): Errno | undefined {
  const { os } = master;
  if (isService(owner) && owner.protocol === 'systemd') {
    const notify = os.openNotify(command.runAs);
    if (!notify.ok) return notify.errno;
    prepared.channel = { kind: 'notify', fd: notify.fd, path: notify.path };
    return undefined;
  }
  const waits = isService(owner) && owner.daemon?.wait === true;
  if (!waits && !(isService(owner) && owner.protocol === 'cyrus')) return undefined;
  const pipe = os.openChannel();
  if (!pipe.ok) return pipe.errno;
  prepared.childChannel = pipe.write;
  prepared.childEnds.push(pipe.write);
  prepared.channel = waits
    ? { kind: 'ok', fd: pipe.read, heard: '' }
    : { kind: 'status', fd: pipe.read, rest: new Uint8Array(0) };
  return undefined;
}

function openOutputs(master: Master, owner: Owner, prepared: Prepared): Errno | undefined {
  const inetd = isService(owner) && owner.protocol === 'inetd';
  for (const name of inetd ? (['stderr'] as const) : (['stdout', 'stderr'] as const)) {
    const pipe: OpenOutcome<{ read: Fd; write: Fd }> = master.os.openOutput();
    if (!pipe.ok) return pipe.errno;
    prepared.outputs.push({ fd: pipe.read, name });
    prepared.childEnds.push(pipe.write);
  }
  return undefined;
}

function record(
  master: Master,
  owner: Owner,
  prepared: Prepared,
  { pid, pidfd }: { pid: number; pidfd: Fd },
  onDemand: boolean,
): Worker {
  // A spawn takes time: the worker's start counts from after it, on the clock and not on the turn's idea of now.
  const spawnedAt = master.os.now();
  const worker: Worker = {
    serial: master.roster.nextSerial(),
    kind: owner.kind,
    owner,
    pid,
    pidfd,
    channel: prepared.channel,
    outputs: prepared.outputs.map(({ fd, name }) => ({ fd, name, partial: '', open: true })),
    state: 'starting',
    clients: 0,
    uses: 0,
    spawnedAt,
    changedAt: spawnedAt,
    busySince: undefined,
    waitsTold: 0,
    onDemand,
    takenBefore: isService(owner) ? owner.queue.taken : 0,
    spoken: false,
    complained: false,
    signalWhenStarted: undefined,
    nudged: false,
    stopLimit: { at: Number.POSITIVE_INFINITY, timerAt: Number.POSITIVE_INFINITY },
    told: undefined,
    seenEnded: false,
    lastStderr: '',
    statusText: '',
    watchdogAt: spawnedAt,
  };
  watch(master, worker);
  master.roster.add(worker);
  enter(worker);
  if (owner.view) add(owner.view, SERVICE_FIELD.spawns, 1);
  const { workers } = owner;
  tell(master, {
    ...workerSubject(worker),
    kind: 'spawned',
    ready: readyCount(workers),
    active: activeCount(workers),
  });
  // A job, and the process behind an inetd connection, has its work from the first moment.
  if (!isService(owner) || owner.protocol === 'inetd') worked(master, worker, 'handed');
  else setStartTimers(master, worker, owner);
  return worker;
}

function watch(master: Master, worker: Worker): void {
  const { os } = master;
  os.epollAdd(worker.pidfd, tagOf(worker.serial, TAG.exit));
  if (worker.channel.kind !== 'none') os.epollAdd(worker.channel.fd, tagOf(worker.serial, TAG.channel));
  for (const { fd, name } of worker.outputs) os.epollAdd(fd, tagOf(worker.serial, TAG[name]));
}

function setStartTimers(master: Master, worker: Worker, service: Service): void {
  const { serial } = worker;
  const announces = worker.channel.kind === 'notify' || worker.channel.kind === 'ok';
  if (announces) {
    const at = worker.spawnedAt + startlimitMsOf(service);
    master.timers.add({ at, serial, purpose: 'start-limit' });
  } else {
    const at = worker.spawnedAt + presumedAfterMs(service.startup);
    master.timers.add({ at, serial, purpose: 'presume' });
  }
}

function discard(master: Master, prepared: Prepared): void {
  const { os } = master;
  for (const fd of prepared.childEnds) os.close(fd);
  for (const { fd } of prepared.outputs) os.close(fd);
  const { channel } = prepared;
  if (channel.kind === 'notify') os.closeNotify(channel.fd, channel.path);
  else if (channel.kind !== 'none') os.close(channel.fd);
}

/** Tells that a spawn failed; counts it. */
export function tellLaunchFailed(
  master: Master,
  owner: Owner,
  outcome: Extract<LaunchOutcome, { kind: 'failed' }>,
  retryInMs: number,
): void {
  if (owner.view) add(owner.view, SERVICE_FIELD.spawnFailures, 1);
  const command = isService(owner) ? owner.command : owner.spec.command;
  // Where a wrapper is executed first, it is the wrapper that failed.
  const program = outcome.stage === 'exec' ? command.path : command.program;
  const { errno, stage } = outcome;
  tell(master, { ...subject(owner), kind: 'spawn-failed', program, errno, stage, retryInMs });
}

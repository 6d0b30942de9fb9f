// COUNTS ARE THE TRUTH. After every turn: the workers in the books are the unreaped children of the kernel, one for one;
// each stands in the set of its state, and that state is what its last word stands for, as far as it is honest and the
// master has read all it said; the board says the same in figures. Throws a Violation.

import { MASTER_FIELD, SERVICE_FIELD } from '../../../src/core/board.ts';
import type { Fact } from '../../../src/core/facts.ts';
import type { Master } from '../../../src/core/master.ts';
import type { Owner } from '../../../src/core/owner.ts';
import type { Service } from '../../../src/core/service.ts';
import type { Worker } from '../../../src/core/worker.ts';
import type { WorkerState } from '../../../src/core/worker-states.ts';
import { listen } from './hearing.ts';
import {
  type Child,
  daemonSpecOf,
  isCyrus,
  serviceSpecOf,
  type Truth,
  time,
  title,
  type Unit,
  unitOf,
  violate,
} from './truth.ts';
import { isCounted, isKnown } from './words.ts';

const RULE = 'counts-are-the-truth';
const LIVING_STATES = ['starting', 'ready', 'busy', 'draining'] as const;

export function countsAreTheTruth(truth: Truth, master: Master): void {
  let known = 0;
  for (const worker of master.roster.all()) {
    known += 1;
    const child = whoIs(truth, worker);
    listen(truth, child, worker);
    stateIsTrue(truth, child, worker);
    clientsAreTrue(truth, child, worker);
    goes(truth, child, worker);
  }
  nobodyIsForgotten(truth, known);
  let standing = 0;
  for (const service of master.services) {
    standing += setsAgree(truth, master, service);
    boardAgrees(truth, service);
    connectionsAreCounted(truth, service);
  }
  for (const job of master.jobs) standing += setsAgree(truth, master, job);
  const onBoard = master.view[MASTER_FIELD.workers];
  if (standing !== known || onBoard !== known) {
    violate(
      truth,
      RULE,
      `the roster has ${known} workers, the sets by state ${standing}, the board ${onBoard}`,
    );
  }
}

/** The child behind a record: found by pid, and by serial number the same from then on. */
function whoIs(truth: Truth, worker: Worker): Child {
  const child = truth.children.get(worker.pid);
  if (child === undefined) {
    violate(
      truth,
      RULE,
      `${worker.owner.name}: pid ${worker.pid} is ${worker.state} in the books, and no unreaped child in truth`,
    );
  }
  child.coreSerial ??= worker.serial;
  if (child.coreSerial !== worker.serial) {
    const both = `${child.coreSerial} and ${worker.serial}`;
    violate(
      truth,
      RULE,
      `${title(child.unit)}: pid ${worker.pid} has two serial numbers in the books: ${both}`,
    );
  }
  const { owner } = worker;
  const unit = 'listener' in owner ? unitOf(truth, owner) : undefined;
  const wrong = 'listener' in owner ? unit !== child.unit : owner.name !== child.unit.name;
  if (wrong) {
    violate(
      truth,
      RULE,
      `pid ${worker.pid} belongs to ${owner.name} in the books, to ${title(child.unit)} in truth`,
    );
  }
  return child;
}

function nobodyIsForgotten(truth: Truth, known: number): void {
  const unreaped = truth.children.size;
  const ofKernel = truth.kernel.children().length;
  if (known === unreaped && unreaped === ofKernel) return;
  const forgotten = [...truth.children.values()].find(({ view }) => !inBooks(truth, view.pid));
  const who = forgotten ? ` (pid ${forgotten.view.pid} of ${title(forgotten.unit)} is in no record)` : '';
  violate(truth, RULE, `${known} workers are in the books, ${ofKernel} unreaped children in truth${who}`);
}

function inBooks({ master }: Truth, pid: number): boolean {
  return master !== undefined && [...master.roster.all()].some((worker) => worker.pid === pid);
}

function stateIsTrue(truth: Truth, child: Child, worker: Worker): void {
  const silentDrain = worker.state === 'draining' && child.asked === undefined && !child.killed;
  child.drained = silentDrain;
  if (!child.words.settled || !isKnown(child.words) || wasCutShort(truth, child)) return;
  const may = statesOf(child);
  // Who was to be told, and has not spoken yet, is told when his start-up is over (signals.ts).
  const waitsToBeTold = silentDrain && isCyrus(child.unit) && child.words.firstAt === undefined;
  if (!may.includes(worker.state) && !waitsToBeTold) stateIsFalse(truth, child, worker, may);
}

/** Where messages begin again is seen at the begin of a read: not, when reads were cut. */
function wasCutShort({ setting }: Truth, { words }: Child): boolean {
  return words.alignment === 'found' && (setting.injected?.()['short-read'] ?? 0) > 0;
}

function clientsAreTrue(truth: Truth, { unit, words }: Child, { pid, clients, uses }: Worker): void {
  if (!isCyrus(unit) || !words.settled || !isCounted(words)) return;
  if (clients === words.clients && uses === words.connections) return;
  violate(
    truth,
    RULE,
    `${title(unit)}: pid ${pid} holds ${clients} clients and has served ${uses} in the books, ` +
      `${words.clients} and ${words.connections} by what it said`,
  );
}

/** Who was there at a reload that renews him, or removes his service, is told in that turn, or put down to be told. */
function goes(truth: Truth, child: Child, worker: Worker): void {
  if (!child.mustGo) return;
  child.mustGo = false;
  if (worker.state === 'draining' || child.view.state !== 'alive') return;
  const { unit, view } = child;
  const what = unit.removed ? 'its entry was removed' : 'its configuration was loaded anew';
  violate(
    truth,
    'reload-renews',
    `${title(unit)}: pid ${view.pid} is ${worker.state}, and ${what} in this turn`,
  );
}

const DRAINING: readonly WorkerState[] = ['draining'];
const STARTING: readonly WorkerState[] = ['starting'];
const SILENT: readonly WorkerState[] = ['starting', 'ready'];
const READY: readonly WorkerState[] = ['ready'];
const BUSY: readonly WorkerState[] = ['busy'];

/** The states that its last word allows. */
function statesOf({ asked, killed, words, unit, view }: Child): readonly WorkerState[] {
  // A signal that found it dead has changed nothing, but it was sent.
  if (asked !== undefined || words.stopping) return DRAINING;
  // Killed without being asked: at its start limit; or from outside, and then nobody has heard of it yet.
  if (killed) return view.state === 'alive' ? DRAINING : ['starting', 'ready', 'busy', 'draining'];
  const protocol = serviceSpecOf(unit)?.protocol;
  if (unit.kind === 'event' || unit.kind === 'start' || protocol === 'inetd') return BUSY;
  if (protocol === 'systemd' || daemonSpecOf(unit)?.wait) return words.ready ? READY : STARTING;
  if (words.last === 'nothing') return SILENT;
  return words.last === 'busy' ? BUSY : READY;
}

function stateIsFalse(truth: Truth, child: Child, worker: Worker, may: readonly WorkerState[]): never {
  const { unit, asked, words } = child;
  const said =
    asked === undefined
      ? words.firstAt === undefined
        ? 'has said nothing'
        : `says that it is ${words.last === 'busy' ? 'busy' : 'ready'} since ${time(words.lastAt)}`
      : `got ${asked.signal} at ${time(asked.at)}`;
  const inBooksNow = [...unit.unreaped].filter((other) => stateInBooks(truth, other) === worker.state).length;
  const inTruth = [...unit.unreaped].filter((other) => statesOf(other).includes(worker.state)).length;
  violate(
    truth,
    RULE,
    `${title(unit)}: ${inBooksNow} workers are ${worker.state} in the books, ${inTruth} in truth ` +
      `(pid ${worker.pid} ${said}: it should be ${may.join(' or ')})`,
  );
}

function stateInBooks({ master }: Truth, { coreSerial }: Child): WorkerState | undefined {
  return coreSerial === undefined ? undefined : master?.roster.get(coreSerial)?.state;
}

/** Each worker stands in one set, that of its state, and in the roster. Returns how many there are. */
function setsAgree(truth: Truth, master: Master, owner: Owner): number {
  const { workers, name } = owner;
  let standing = 0;
  let clients = 0;
  for (const state of LIVING_STATES) {
    for (const worker of workers[state]) {
      standing += 1;
      if (state !== 'draining') clients += worker.clients;
      if (worker.state === state && master.roster.get(worker.serial) === worker) continue;
      violate(
        truth,
        RULE,
        `${name}: pid ${worker.pid} stands among the ${state}, and its record says ${worker.state}`,
      );
    }
  }
  if (clients !== owner.clients) {
    violate(
      truth,
      RULE,
      `${name}: its workers hold ${clients} clients by their records, ${owner.clients} by its own`,
    );
  }
  if (standing === 0 && owner.removed) {
    violate(
      truth,
      'removed-is-forgotten',
      `${name}: was removed, its last worker has ended, and it still has a record`,
    );
  }
  return standing;
}

function boardAgrees(truth: Truth, { view, workers, name }: Service): void {
  const { starting, ready, busy, draining } = workers;
  const active = starting.size + ready.size + busy.size + draining.size;
  const figures = [
    ['starting', view[SERVICE_FIELD.starting], starting.size],
    ['ready', view[SERVICE_FIELD.ready], starting.size + ready.size],
    ['busy', view[SERVICE_FIELD.busy], busy.size],
    ['draining', view[SERVICE_FIELD.draining], draining.size],
    ['active', view[SERVICE_FIELD.active], active],
  ] as const;
  for (const [what, onBoard, inBooks] of figures) {
    if (onBoard !== inBooks)
      violate(truth, RULE, `${name}: ${onBoard} workers are ${what} on the board, ${inBooks} in the books`);
  }
}

/** Where nobody has ever lied, every connection that was told is on the board, the dead workers' too. */
function connectionsAreCounted(truth: Truth, service: Service): void {
  const unit = unitOf(truth, service);
  if (unit === undefined || unit.uncounted || !isCyrus(unit) || !allSettled(unit)) return;
  const onBoard = service.view[SERVICE_FIELD.connections];
  if (onBoard === unit.connectionsSaid) return;
  violate(
    truth,
    RULE,
    `${title(unit)}: ${onBoard} connections are on the board, its workers have told of ${unit.connectionsSaid}`,
  );
}

function allSettled({ unreaped }: Unit): boolean {
  for (const { words } of unreaped) if (!words.settled) return false;
  return true;
}

/** Called with the facts of the turn: who speaks true is never told off. */
export function honestWordsAreGood(truth: Truth, facts: readonly Fact[]): void {
  for (const fact of facts) {
    if (fact.kind !== 'message-bad') continue;
    const child = truth.children.get(fact.pid) ?? truth.now.reaped.find(({ view }) => view.pid === fact.pid);
    if (child?.coreSerial !== fact.serial || !child.honest || !isCounted(child.words)) continue;
    violate(
      truth,
      RULE,
      `${title(child.unit)}: pid ${fact.pid} is told off (${fact.problem}) while ${fact.state} in the books, and speaks true`,
    );
  }
}

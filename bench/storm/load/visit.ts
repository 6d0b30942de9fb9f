// One visit: a client connects, walks through its script in the way of its session, and leaves. Every moment is kept,
// beginning with the one that was planned. Ends exactly once, with an outcome; a wait that lasts longer than the
// client's patience ends it. Started by the launcher; knows nothing of other visits.

import type { Socket } from 'node:net';
import type { Script, Step } from '../scripts/script.ts';
import type { Dialer, Dialling } from './dialer.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type Session, wantsGreeting } from './sessions.ts';
import type { Visited } from './visited.ts';

export interface VisitInput {
  readonly client: number;
  /** 1: the first; more: it came back. */
  readonly attempt: number;
  /** When the arrival was planned. All moments are milliseconds of performance.now(). */
  readonly plannedAt: number;
  readonly script: Script;
  readonly session: Session;
  /** Whether a held session ends with a good-bye; the others always do. */
  readonly goodByeAfterHold: boolean;
  /** For each single answer. */
  readonly patienceMs: number;
  readonly dialer: Dialer;
  /** How long to think, this time. */
  thinkMs(): number;
  greeted(): void;
  ended(visited: Visited): void;
}

/** A server that talks without end must not fill our memory. */
const ANSWER_CHARACTERS_MAX = 8 * 1024 * 1024;

export class Visit {
  readonly #input: VisitInput;
  readonly #launchedAt = performance.now();
  readonly #dialling: Dialling;
  #connectedAt: number | undefined;
  #greetedAt: number | undefined;
  #socket: Socket | undefined;
  #received = '';
  #over = false;
  #timer: NodeJS.Timeout | undefined;
  /** The answer that is waited for; undefined while the client thinks, writes slowly or holds. */
  #step: Step | undefined;
  #stepsBegun = 0;
  #leaving = false;

  constructor(input: VisitInput) {
    this.#input = input;
    this.#dialling = input.dialer.dial({
      connected: (socket) => this.#connected(socket),
      failed: (code) => this.#finish(...outcomeOf(code, 'connect')),
    });
    this.#wait('connect');
  }

  /** The storm is over: leaves at once. */
  abort(): void {
    this.#finish('aborted');
  }

  #connected(socket: Socket): void {
    this.#socket = socket;
    this.#connectedAt = performance.now();
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#hear(text));
    socket.on('end', () => this.#ended());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#finish(...outcomeOf(error.code ?? 'UNKNOWN', this.#step?.name));
    });
    this.#advance();
  }

  #hear(text: string): void {
    // In a held session news may come; nobody reads it.
    if (this.#over || (this.#step === undefined && this.#input.session.kind === 'hold')) return;
    this.#received += text;
    this.#judge(false);
  }

  /** The other side has closed without an error: its right after a good-bye, and against a slow-loris. */
  #ended(): void {
    this.#judge(true);
    if (this.#over) return;
    const { kind } = this.#input.session;
    if (this.#leaving || kind === 'slowloris') this.#finish('done');
    else this.#finish('cut', `closed by the service, ${this.#step?.name ?? kind}`);
  }

  /** Goes on with what comes after the steps that are done. */
  #advance(): void {
    const { script, session } = this.#input;
    const step = script.steps[this.#stepsBegun];
    if (step !== undefined) {
      this.#stepsBegun += 1;
      this.#begin(step);
    } else if (session.kind === 'hold') this.#after(session.ms, () => this.#leave());
    else this.#leave();
  }

  #leave(): void {
    const { script, session, goodByeAfterHold } = this.#input;
    this.#leaving = true;
    const silent = session.kind === 'hold' && !goodByeAfterHold;
    if (script.goodBye === undefined || silent) this.#finish('done');
    else this.#begin(script.goodBye);
  }

  #begin(step: Step): void {
    const { kind } = this.#input.session;
    const first = step === this.#input.script.steps[0];
    if (kind === 'think' && !first) this.#after(this.#input.thinkMs(), () => this.#write(step));
    else this.#write(step);
  }

  #write(step: Step): void {
    const { session } = this.#input;
    if (step.send === '') this.#await(step);
    else if (session.kind === 'hangup') this.#hangUpHalfWay(step);
    else if (session.kind === 'slowloris') this.#trickle(step, 0, session.ms);
    else {
      this.#socket?.write(step.send, 'latin1');
      this.#await(step);
    }
  }

  #hangUpHalfWay({ send }: Step): void {
    const half = send.slice(0, Math.ceil(send.length / 2));
    this.#socket?.write(half, 'latin1', () => this.#finish('done'));
  }

  #trickle(step: Step, at: number, gapMs: number): void {
    this.#socket?.write(step.send[at] ?? '', 'latin1');
    if (at + 1 >= step.send.length) this.#await(step);
    else this.#after(gapMs, () => this.#trickle(step, at + 1, gapMs));
  }

  #await(step: Step): void {
    this.#step = step;
    this.#wait(step.name);
    // The answer may be here already, with that of the step before.
    if (this.#received !== '') this.#judge(false);
  }

  #judge(ended: boolean): void {
    const step = this.#step;
    if (step === undefined || this.#over) return;
    const judgement = step.judge(this.#received, ended);
    if (judgement === undefined) {
      if (this.#received.length > ANSWER_CHARACTERS_MAX) this.#finish('wrong', `${step.name}: endless`);
    } else if (judgement.right) this.#goOn(step, judgement.length);
    else this.#finish('wrong', judgement.says);
  }

  #goOn(step: Step, length: number): void {
    this.#received = this.#received.slice(length);
    this.#step = undefined;
    clearTimeout(this.#timer);
    if (step === this.#input.script.steps[0]) this.#greet();
    if (this.#leaving) this.#finish('done');
    else this.#advance();
  }

  #greet(): void {
    this.#greetedAt = performance.now();
    this.#input.greeted();
  }

  #wait(what: string): void {
    this.#after(this.#input.patienceMs, () => this.#finish('timed-out', what));
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }

  #finish(outcome: Outcome, reason = ''): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    const { client, attempt, plannedAt, script, session } = this.#input;
    // What was sent leaves first; who fails or hangs up is gone at once.
    if (outcome === 'done' && session.kind !== 'hangup') this.#socket?.destroySoon();
    else this.#dialling.hangUp();
    this.#input.ended({
      client,
      attempt,
      plannedAt,
      launchedAt: this.#launchedAt,
      connectedAt: this.#connectedAt,
      greetedAt: this.#greetedAt,
      endedAt: performance.now(),
      outcome,
      reason,
      wantsGreeting: wantsGreeting(session, script.steps[0]?.send === ''),
    });
  }
}

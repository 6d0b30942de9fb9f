// What those who look at the status page are told. Records a second of history every second; while somebody looks, makes
// one frame of it, once for all. The supervisor is asked for a snapshot once a second, and only while somebody looks; no
// frame waits for the answer, so that a stalled supervisor is seen as such. Used by page.ts.

import type { ServerResponse } from 'node:http';
import type { BoardReader } from '../metrics/board-reader.ts';
import type { Slots } from '../metrics/slots.ts';
import type { Recent, Remark } from '../recent.ts';
import type { Status, StatusReader } from '../status.ts';
import type { Standing } from '../watchdog.ts';
import { changedServices, composeFrame } from './compose.ts';
import type { Frame, Hello, History } from './frame.ts';
import { createRecorder, type Recorder, type Second } from './history.ts';
import type { Page } from './routes.ts';
import { createStream, eventText, VIEWERS_MAX } from './stream.ts';

const SECOND_MS = 1_000;
/** Of the last facts, to somebody who comes. */
const REMARKS_FIRST = 100;
/** Facts in one frame: nobody reads more in a second. */
const REMARKS_PER_FRAME_MAX = 40;

export interface LiveInput {
  readonly version: string;
  readonly file: string;
  readonly board: Pick<BoardReader, 'read'>;
  readonly slots: Slots;
  readonly status: StatusReader;
  readonly recent: Recent;
  /** Where the supervisor is. */
  standing(): Standing;
  /** What /healthz answers. */
  health(): Promise<Pick<Page, 'status' | 'body'>>;
}

export class Live {
  readonly #input: LiveInput;
  readonly #recorder: Recorder = createRecorder();
  readonly #stream = createStream();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  readonly #startedAt = Date.now() - process.uptime() * 1_000;
  #second: Second;
  /** The last that came, however old. */
  #status: Status | undefined;
  #health: Frame['health'] = { ok: true, text: '' };
  #fresh: Remark[] = [];
  #leftOut = 0;
  /** Of this second, as far as somebody looks: the next one tells what has changed since. */
  #frame: Frame | undefined;
  /** One for all who come within a second. */
  #hello: string | undefined;

  constructor(input: LiveInput) {
    this.#input = input;
    this.#second = this.#record();
    this.#unsubscribe = input.recent.subscribe((remark) => this.#hear(remark));
    this.#timer = setInterval(() => this.#tick(), SECOND_MS).unref();
  }

  get full(): boolean {
    return this.#stream.count >= VIEWERS_MAX;
  }

  add(response: ServerResponse): void {
    if (this.#stream.count === 0) this.#learn();
    // Many may have been let in at the same time.
    if (!this.#stream.add(response, this.#greeting())) response.destroy();
  }

  /** Of all services together without a name; undefined: there is no such service. */
  history(service: string | null, family: string): History | undefined {
    return service === null ? this.#recorder.all() : this.#recorder.of(service, family);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#unsubscribe();
    this.#stream.end(eventText('end', {}));
  }

  #tick(): void {
    this.#second = this.#record();
    this.#hello = undefined;
    const before = this.#frame;
    this.#frame = undefined;
    if (this.#stream.count === 0) return;
    this.#stream.send(this.#news(before), () => this.#greeting());
    this.#fresh = [];
    this.#leftOut = 0;
    this.#learn();
  }

  /** Only what has changed: with hundreds of services, all of them every second would be much for each who looks. */
  #news(before: Frame | undefined): string {
    const frame = this.#now();
    const services = changedServices(before?.services ?? [], frame.services);
    return services === undefined ? this.#greeting() : eventText('frame', { ...frame, services });
  }

  #record(): Second {
    const { board, slots } = this.#input;
    return this.#recorder.record(board.read(), slots.all(), Date.now());
  }

  #hear(remark: Remark): void {
    if (this.#stream.count === 0 || remark.level === 'debug') return;
    if (this.#fresh.length < REMARKS_PER_FRAME_MAX) this.#fresh.push(remark);
    else this.#leftOut += 1;
  }

  /** For the next frame; this one does not wait. */
  #learn(): void {
    void this.#input.status.read().then((read) => {
      if (read.ok) this.#status = read.value;
    });
    void this.#input.health().then(({ status, body }) => {
      this.#health = { ok: status === 200, text: body.toString().trim() };
    });
  }

  #now(): Frame {
    const { board, slots, standing } = this.#input;
    this.#frame ??= composeFrame({
      board: board.read(),
      slots: slots.all(),
      second: this.#second,
      standing: standing(),
      status: this.#status,
      health: this.#health,
      remarks: this.#fresh,
      remarksLeftOut: this.#leftOut,
    });
    return this.#frame;
  }

  #greeting(): string {
    const { version, file, recent } = this.#input;
    this.#hello ??= eventText('hello', {
      version,
      pid: process.pid,
      file,
      startedAt: this.#startedAt,
      history: this.#recorder.all(),
      timings: this.#recorder.timings(),
      remarks: recent.last(REMARKS_FIRST),
      frame: { ...this.#now(), remarks: [], remarksLeftOut: 0 },
    } satisfies Hello);
    return this.#hello;
  }
}

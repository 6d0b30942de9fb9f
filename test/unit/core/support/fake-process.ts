// A process of the fake world: it says, prints and does what the test tells it to. SIGKILL always ends it; what
// other signals do is the test's to say (`onSignal`).

import type { Signal, SpawnRequest } from '../../../../src/os/os.ts';
import { encodeStatus, type StatusWord } from '../../../../src/protocol/status-message.ts';

export interface Stream {
  readonly chunks: Uint8Array[];
  ended: boolean;
}

export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string };

export class FakeProcess {
  readonly pid: number;
  readonly request: SpawnRequest;
  readonly signals: Signal[] = [];
  readonly #streams: readonly (Stream | undefined)[];
  readonly #notify: Stream | undefined;
  onSignal: (signal: Signal) => void = () => {};
  ending: Ending | undefined;
  reaped = false;

  constructor(
    pid: number,
    request: SpawnRequest,
    streams: readonly (Stream | undefined)[],
    notify: Stream | undefined,
  ) {
    this.pid = pid;
    this.request = request;
    this.#streams = streams;
    this.#notify = notify;
  }

  get alive(): boolean {
    return this.ending === undefined;
  }

  /** The value of an environment variable. */
  variable(name: string): string | undefined {
    return this.request.environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  }

  say(...words: StatusWord[]): void {
    for (const word of words) this.write(3, encodeStatus(word, this.pid));
  }
  /** UNAVAILABLE, CONNECTION: as a Cyrus worker does after accept. */
  takeClient(): void {
    this.say('unavailable', 'connection');
  }
  write(fd: number, bytes: Uint8Array | string): void {
    this.#streams[fd]?.chunks.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
  }
  notify(text: string): void {
    this.#notify?.chunks.push(new TextEncoder().encode(text));
  }

  exit(code: number): void {
    this.#end({ kind: 'exited', code });
  }
  die(signal: string): void {
    this.#end({ kind: 'killed', signal });
  }
  #end(ending: Ending): void {
    if (!this.alive) return;
    this.ending = ending;
    for (const stream of this.#streams) if (stream) stream.ended = true;
  }

  /** False when it has ended. */
  receive(signal: Signal): boolean {
    if (!this.alive) return false;
    this.signals.push(signal);
    if (signal === 'SIGKILL') this.die('SIGKILL');
    else this.onSignal(signal);
    return true;
  }
}

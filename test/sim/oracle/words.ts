// What a worker has said, decoded from the bytes that it wrote, without the decoder of src/protocol: two programs that
// agree are worth more than one that agrees with itself. Who lies is judged as well: what the books must hold is what
// was said last, true or not. Only where somebody has written a part of a message, the two may cut the stream differently.
// Format: int32 word, int32 pid, in the byte order of the machine (Cyrus IMAP master/service.h).

export type Said = 'nothing' | 'idle' | 'busy';

/**
 * Where messages begin. `lost`: a part of one was written. `read`: and all of it was read since. `found`: what came
 * after that was whole; from then on the last word is known again, and what was counted is not.
 */
export type Alignment = 'kept' | 'lost' | 'read' | 'found';

export interface Words {
  alignment: Alignment;
  /** What its last word stands for. */
  last: Said;
  lastAt: number;
  firstAt: number | undefined;
  /** Its first word was AVAILABLE. */
  announced: boolean;
  /** Clients that it holds, by its own account. */
  clients: number;
  /** CONNECTION and CONNECTION_MULTI so far. */
  connections: number;
  /** It has a client, or had one after the last AVAILABLE. */
  serving: boolean;
  /** When it had its last client finished; when the master had read so; and when the turn that read it had begun. */
  idleSince: number;
  idleKnownAt: number;
  idleReadFrom: number;
  /** System calls that the master had made when it first told of a client. */
  servedAtCall: number;
  /** READY=1, or "ok" of a daemon. */
  ready: boolean;
  stopping: boolean;
  stoppingAt: number;
  /** All of the above has been read by the master, at the last look. */
  settled: boolean;
  /** In the time since all was read, it has said at some moment that it was busy. */
  wasBusy: boolean;
  /** The most clients it has held in that time. */
  clientsMost: number;
  /** Of a waiting daemon. */
  text: string;
}

export function noWords(): Words {
  return {
    alignment: 'kept',
    last: 'nothing',
    lastAt: 0,
    firstAt: undefined,
    announced: false,
    clients: 0,
    connections: 0,
    serving: false,
    idleSince: 0,
    idleKnownAt: 0,
    idleReadFrom: 0,
    servedAtCall: Number.POSITIVE_INFINITY,
    ready: false,
    stopping: false,
    stoppingAt: 0,
    settled: true,
    wasBusy: false,
    clientsMost: 0,
    text: '',
  };
}

/** What it holds and has served can be known. */
export function isCounted({ alignment }: Words): boolean {
  return alignment === 'kept';
}

/** What it said last can be known. */
export function isKnown({ alignment }: Words): boolean {
  return alignment === 'kept' || alignment === 'found';
}

const AVAILABLE = 1;
const UNAVAILABLE = 2;
const CONNECTION = 3;
const CONNECTION_MULTI = 4;
const INTEGERS_PER_MESSAGE = 2;
const BYTES_PER_MESSAGE = 8;

/** Bytes that a worker of protocol `cyrus` wrote to its status channel. */
export function hearStatus(words: Words, bytes: Uint8Array, pid: number, at: number): void {
  words.settled = false;
  if (bytes.length % BYTES_PER_MESSAGE !== 0) {
    words.alignment = 'lost';
    return;
  }
  if (words.alignment === 'read') words.alignment = 'found';
  const numbers = new Int32Array(bytes.slice().buffer);
  for (let index = 0; index < numbers.length; index += INTEGERS_PER_MESSAGE) {
    const word = numbers[index] ?? 0;
    // Whoever speaks in another's name, or in no word of the protocol, has said nothing.
    if (numbers[index + 1] === pid && word >= AVAILABLE && word <= CONNECTION_MULTI)
      hearWord(words, word, at);
  }
}

function hearWord(words: Words, word: number, at: number): void {
  if (words.firstAt === undefined) words.announced = word === AVAILABLE;
  words.firstAt ??= at;
  words.lastAt = at;
  // A worker for several clients says CONNECTION_MULTI and takes the next, until it says UNAVAILABLE.
  words.last = word === AVAILABLE || word === CONNECTION_MULTI ? 'idle' : 'busy';
  if (word === CONNECTION || word === CONNECTION_MULTI) {
    words.connections += 1;
    words.clients += 1;
  }
  if (word === AVAILABLE && words.clients > 0) words.clients -= 1;
  if (word !== AVAILABLE) words.serving = true;
  else if (words.serving && words.clients === 0) {
    words.serving = false;
    words.idleSince = at;
  }
  words.wasBusy ||= word === UNAVAILABLE || word === CONNECTION;
  words.clientsMost = Math.max(words.clientsMost, words.clients);
}

/** A datagram of sd_notify(3). */
export function hearNotification(words: Words, datagram: Uint8Array, at: number): void {
  const lines = Buffer.from(datagram).toString('utf8').split('\n');
  words.firstAt ??= at;
  words.lastAt = at;
  words.settled = false;
  if (lines.includes('READY=1')) words.ready = true;
  if (lines.includes('STOPPING=1') && !words.stopping) {
    words.stopping = true;
    words.stoppingAt = at;
  }
}

const OK = 'ok\r\n';

/** A waiting daemon says that it is up. Whoever says something else is not heard any more. */
export function hearDaemon(words: Words, bytes: Uint8Array, at: number): void {
  words.text += Buffer.from(bytes).toString('latin1');
  words.firstAt ??= at;
  words.lastAt = at;
  words.settled = false;
  if (words.text.startsWith(OK)) words.ready = true;
  else if (!OK.startsWith(words.text)) words.alignment = 'lost';
}

/** The master has read everything: what is true now is all that it can know. */
export function settle(words: Words, at: number, turnBeganAt: number): void {
  if (words.settled) return;
  if (words.idleSince > words.idleKnownAt) {
    words.idleKnownAt = at;
    words.idleReadFrom = turnBeganAt;
  }
  words.settled = true;
  if (words.alignment === 'lost') words.alignment = 'read';
  words.wasBusy = words.last === 'busy';
  words.clientsMost = words.clients;
}

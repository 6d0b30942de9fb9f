// What a worker has said, decoded from the bytes that it wrote, without the decoder of src/protocol: two programs that
// agree are worth more than one that agrees with itself. Only words of honest workers are judged; so no defence here
// against half messages and foreign pids, but that they are seen.
// Format: int32 word, int32 pid, in the byte order of the machine (Cyrus IMAP master/service.h).

export type Said = 'nothing' | 'idle' | 'busy';

export interface Words {
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
  /** When it had its last client finished. */
  idleSince: number;
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
  /** Something else than whole messages in its own name. */
  garbled: boolean;
  text: string;
}

export function noWords(): Words {
  return {
    last: 'nothing',
    lastAt: 0,
    firstAt: undefined,
    announced: false,
    clients: 0,
    connections: 0,
    idleSince: 0,
    ready: false,
    stopping: false,
    stoppingAt: 0,
    settled: true,
    wasBusy: false,
    clientsMost: 0,
    garbled: false,
    text: '',
  };
}

const AVAILABLE = 1;
const UNAVAILABLE = 2;
const CONNECTION = 3;
const CONNECTION_MULTI = 4;
const INTEGERS_PER_MESSAGE = 2;
const BYTES_PER_MESSAGE = 8;

/** Bytes that a worker of protocol `cyrus` wrote to its status channel. */
export function hearStatus(words: Words, bytes: Uint8Array, pid: number, at: number): void {
  if (bytes.length % BYTES_PER_MESSAGE !== 0) {
    words.garbled = true;
    return;
  }
  const numbers = new Int32Array(bytes.slice().buffer);
  for (let index = 0; index < numbers.length; index += INTEGERS_PER_MESSAGE) {
    if (numbers[index + 1] === pid) hearWord(words, numbers[index] ?? 0, at);
    else words.garbled = true;
  }
}

function hearWord(words: Words, word: number, at: number): void {
  if (word < AVAILABLE || word > CONNECTION_MULTI) {
    words.garbled = true;
    return;
  }
  if (words.firstAt === undefined) words.announced = word === AVAILABLE;
  words.firstAt ??= at;
  words.lastAt = at;
  words.settled = false;
  // A worker for several clients says CONNECTION_MULTI and takes the next, until it says UNAVAILABLE.
  words.last = word === AVAILABLE || word === CONNECTION_MULTI ? 'idle' : 'busy';
  if (word === CONNECTION || word === CONNECTION_MULTI) {
    words.connections += 1;
    words.clients += 1;
  }
  if (word === AVAILABLE && words.clients > 0) words.clients -= 1;
  if (words.last === 'idle' && words.clients === 0) words.idleSince = at;
  words.wasBusy ||= words.last === 'busy' || word === UNAVAILABLE;
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

/** A waiting daemon says that it is up. */
export function hearDaemon(words: Words, bytes: Uint8Array, at: number): void {
  words.text += Buffer.from(bytes).toString('latin1');
  words.firstAt ??= at;
  words.lastAt = at;
  words.settled = false;
  if (words.text.startsWith('ok\r\n')) words.ready = true;
  else if (!'ok\r\n'.startsWith(words.text)) words.garbled = true;
}

/** The master has read everything: what is true now is all that it can know. */
export function settle(words: Words): void {
  if (words.settled) return;
  words.settled = true;
  words.wasBusy = words.last === 'busy';
  words.clientsMost = words.clients;
}

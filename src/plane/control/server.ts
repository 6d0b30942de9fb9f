// The control socket: node-ipc in its guarded mode, 0600 in a directory that only we can enter. Hands checked
// requests to `answer` and sends what it says. Nothing that arrives here may harm the master: garbage, oversize and
// half messages end their connection, silent connections are closed, a handler never throws into node-ipc.
// Started by wiring, which holds the instance lock: a stale socket is removed only under it.

import { lstatSync, unlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { IPCModule } from 'node-ipc';
import { err, ok, type Result } from '../../lib/result.ts';
import { createStream, type Stream } from './stream.ts';
import {
  type Answer,
  MESSAGE_BYTES_MAX,
  REPLY_EVENT,
  REQUEST_EVENT,
  type Request,
  toPieces,
} from './wire.ts';

const CONNECTIONS_MAX = 32;
const MESSAGE_TIMEOUT_MS = 5_000;
/** A connection that asks nothing for so long is closed, so that the few places stay free. */
const SILENCE_MAX_MS = 15_000;
const REQUESTS_PER_CONNECTION_MAX = 8;
/** sun_path holds 108 bytes with the final NUL (unix(7)). */
const SOCKET_PATH_BYTES_MAX = 107;

export interface ControlInput {
  readonly path: string;
  /** How long a message may take to arrive whole; another one for tests. */
  readonly messageTimeoutMs?: number;
  /** Before it answers it may send more to who asked. */
  answer(request: Request, stream: Stream): Promise<Answer>;
  listening(): void;
  badInput(problem: string): void;
  unavailable(reason: string): void;
}

export interface ControlServer {
  stop(): void;
}

/** Binds synchronously, so that the umask is ours only for that moment; call it before workers are spawned. */
export function startControlServer(input: ControlInput): Result<ControlServer, string> {
  const bytes = Buffer.byteLength(input.path);
  if (bytes > SOCKET_PATH_BYTES_MAX)
    return err(`the path has ${bytes} bytes, a socket takes ${SOCKET_PATH_BYTES_MAX}`);
  const stale = removeStaleSocket(input.path);
  if (stale !== undefined) return err(stale);

  const ipc = new IPCModule();
  Object.assign(ipc.config, {
    silent: true,
    parser: 'guarded',
    maxMessageSize: MESSAGE_BYTES_MAX,
    messageTimeout: input.messageTimeoutMs ?? MESSAGE_TIMEOUT_MS,
    maxConnections: CONNECTIONS_MAX,
    unlink: false,
  });
  ipc.serve(input.path, input.listening);
  const { server } = ipc;
  let bound = false;
  // Errors of connections (garbage, resets) and of the listener arrive at the same event.
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.syscall === 'listen' || error.syscall === 'bind') input.unavailable(error.message);
    else if (bound) input.badInput(error.message);
  });
  server.on('connect', guardConnection);
  server.on(REQUEST_EVENT, (data, socket) => {
    const stream = createStream(socket, (event, reply) => server.emit(socket, event, reply));
    void receive(data, underwayOn(socket), input, stream);
  });
  const umask = process.umask(0o177);
  try {
    server.start();
    bound = true;
  } catch (error) {
    return err((error as Error).message);
  } finally {
    process.umask(umask);
  }
  return ok({ stop: () => server.stop() });
}

/** What a connection has asked for: first its requests are worked on, then their answers are sent. */
interface Underway {
  working: number;
  sending: number;
}

const underway = new WeakMap<Socket, Underway>();

function underwayOn(socket: Socket): Underway {
  const known = underway.get(socket) ?? { working: 0, sending: 0 };
  underway.set(socket, known);
  return known;
}

function guardConnection(socket: Socket): void {
  socket.setTimeout(SILENCE_MAX_MS, () => {
    // Who waits for a long reload or a stop is silent with reason; who takes no answer is not.
    if (underwayOn(socket).working === 0) socket.destroy();
  });
}

async function receive(data: unknown, counts: Underway, input: ControlInput, stream: Stream): Promise<void> {
  const send = async (id: string, answer: Answer) => {
    counts.sending += 1;
    await sendInPieces(id, answer, stream);
    counts.sending -= 1;
  };
  // Loaded at the first request: zod costs 11 MB, which a master that nobody asks need not spend.
  const { parseRequest } = await import('./wire-schema.ts');
  const parsed = parseRequest(data);
  if (!parsed.ok) {
    input.badInput(parsed.problem);
    return send(parsed.id, { ok: false, refusal: 'bad-request', error: parsed.problem });
  }
  const { id } = parsed.request;
  if (counts.working + counts.sending >= REQUESTS_PER_CONNECTION_MAX) {
    return send(id, { ok: false, refusal: 'failed', error: 'too many requests at once' });
  }
  counts.working += 1;
  const answer = await answerTo(parsed.request, input, stream);
  counts.working -= 1;
  return send(id, answer);
}

async function answerTo(request: Request, input: ControlInput, stream: Stream): Promise<Answer> {
  try {
    return await input.answer(request, stream);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { ok: false, refusal: 'failed', error: text.trim() === '' ? 'an error without a message' : text };
  }
}

/** As fast as the client takes it: node-ipc ends a connection with too much unsent. */
async function sendInPieces(id: string, answer: Answer, stream: Stream): Promise<void> {
  for (const piece of toPieces(id, answer)) {
    if (!(await stream.room())) return;
    stream.send(REPLY_EVENT, piece);
  }
}

/** Under the instance lock nobody of ours listens there. What is not a socket is not ours to remove. */
function removeStaleSocket(path: string): string | undefined {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return undefined;
  if (!there.isSocket()) return 'something that is not a socket stands there';
  unlinkSync(path);
  return undefined;
}

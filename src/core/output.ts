// What workers print: lines of stdout and stderr become facts with the worker's name on them, cut to a length and
// limited in number per service, so that a chatty worker can't drown the log or the loop. Lines over the limit are
// counted and told. The last line of stderr is kept for the report of the exit.

import { add, SERVICE_FIELD } from './board.ts';
import { drain, type Heard } from './drain.ts';
import { available, take } from './fork-rate.ts';
import { type Master, tell } from './master.ts';
import { isService, subject, workerSubject } from './owner.ts';
import type { OutputStream, Worker } from './worker.ts';

const OUTPUT_BYTES_PER_READ_MAX = 8_192;
const LINE_CHARACTERS_MAX = 4_096;

/** One read of what a worker prints. */
export function readOutput(master: Master, worker: Worker, name: OutputStream['name']): Heard {
  const stream = worker.outputs.find((candidate) => candidate.name === name);
  if (!stream?.open) return 'closed';
  const outcome = master.os.read(stream.fd, OUTPUT_BYTES_PER_READ_MAX);
  if (outcome.kind === 'empty') return 'empty';
  if (outcome.kind !== 'data') {
    closeOutput(master, worker, stream);
    return 'closed';
  }
  const lines = (stream.partial + new TextDecoder().decode(outcome.bytes)).split('\n');
  stream.partial = lines.pop() ?? '';
  for (const line of lines) print(master, worker, stream, line);
  if (stream.partial.length > LINE_CHARACTERS_MAX) {
    print(master, worker, stream, stream.partial);
    stream.partial = '';
  }
  return outcome.bytes.length;
}

/** Reads what is left and closes; the worker is gone. A grandchild that holds the pipe is not waited for. */
export function drainOutputs(master: Master, worker: Worker): void {
  for (const stream of worker.outputs) {
    if (stream.open) drain(master, stream.fd, () => readOutput(master, worker, stream.name));
    if (stream.open) closeOutput(master, worker, stream);
  }
}

function closeOutput(master: Master, worker: Worker, stream: OutputStream): void {
  if (stream.partial !== '') print(master, worker, stream, stream.partial);
  stream.partial = '';
  stream.open = false;
  master.os.epollRemove(stream.fd);
  master.os.close(stream.fd);
}

function print(master: Master, worker: Worker, stream: OutputStream, text: string): void {
  const line = text.replace(/\r$/, '').slice(0, LINE_CHARACTERS_MAX);
  if (line === '') return;
  if (stream.name === 'stderr') worker.lastStderr = line;
  const { owner } = worker;
  if (isService(owner)) {
    if (available(owner.output.tokens, master.now) < 1) {
      owner.output.dropped += 1;
      add(owner.view, SERVICE_FIELD.outputDropped, 1);
      return;
    }
    take(owner.output.tokens);
    if (owner.output.dropped > 0) {
      tell(master, { ...subject(owner), kind: 'output-dropped', lines: owner.output.dropped });
      owner.output.dropped = 0;
    }
  }
  tell(master, { ...workerSubject(worker), kind: 'output', stream: stream.name, line });
}

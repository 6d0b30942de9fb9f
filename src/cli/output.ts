// Where the command line writes. A seam, so that tests read what a verb says; `console` and process.stdout are used
// nowhere else in cli/ but by `preforkd top`, which owns the terminal (top/terminal.ts).

import { EXIT } from '../lib/exit-codes.ts';

export interface Output {
  out(text: string): void;
  err(text: string): void;
  /** Columns of the terminal; undefined when there is none. */
  readonly columns: number | undefined;
  /** Whether a person sees colours. */
  readonly colours?: boolean;
  /** Resolves when whoever reads has taken what was printed; for verbs that print without end. */
  drained?(): Promise<void>;
}

export const processOutput: Output = {
  out: (text) => void guarded(process.stdout).write(text),
  err: (text) => void guarded(process.stderr).write(text),
  columns: process.stdout.columns,
  // NO_COLOR counts when it is not empty (no-color.org).
  colours: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
  drained: () =>
    new Promise((resolve) => {
      if (process.stdout.writableNeedDrain) process.stdout.once('drain', resolve);
      else resolve();
    }),
};

const guardedStreams = new Set<NodeJS.WriteStream>();

/** Nobody reads any more (`preforkd events --follow | head -1`): we end without a word, as others do by SIGPIPE. */
function guarded(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (guardedStreams.has(stream)) return stream;
  guardedStreams.add(stream);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.brokenPipe);
  });
  return stream;
}

// Where the command line writes. A seam, so that tests read what a verb says; `console` and process.stdout are used
// nowhere else in cli/.

export interface Output {
  out(text: string): void;
  err(text: string): void;
  /** Columns of the terminal; undefined when there is none. */
  readonly columns: number | undefined;
}

export const processOutput: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  columns: process.stdout.columns,
};

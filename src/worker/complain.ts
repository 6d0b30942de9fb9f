// What a worker has to say to the administrator, on stderr: the master copies it to the log, line by line.

/** The exit code of Cyrus's services for what only a change of program or configuration can mend (EX_SOFTWARE). */
const EXIT_SOFTWARE = 70;

export function complain(text: string, error?: unknown): void {
  const details = error === undefined ? '' : ` ${error instanceof Error ? error.stack : String(error)}`;
  process.stderr.write(`preforkd/worker: ${text}${details}\n`);
}

/** Ends a worker that cannot begin. */
export function refuse(text: string): never {
  complain(text);
  process.exit(EXIT_SOFTWARE);
}

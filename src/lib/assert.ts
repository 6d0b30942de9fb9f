// Our own contradictions: what must hold whatever the world does. A failed assertion is a bug of preforkd, never
// of a worker or of the administrator; the supervisor thread answers it with a state dump and exit 70.

/** Thrown when the program contradicts itself. `details` goes into the state dump. */
export class Contradiction extends Error {
  override readonly name = 'Contradiction';
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.details = details;
  }
}

/** Asserts `condition`; throws Contradiction otherwise. */
export function assert(
  condition: unknown,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (!condition) throw new Contradiction(message, details);
}

/** For the default branch of an exhaustive switch: the compiler proves it is never reached. */
export function unreachable(value: never): never {
  throw new Contradiction(`unreachable value ${JSON.stringify(value)}`);
}

// Asks the master something in the middle of a storm. It may be stopped, or busy: then there is no answer, and the
// storm goes on.

import { ask } from '../../../src/plane/control/client.ts';
import type { Answer, Ask } from '../../../src/plane/control/wire.ts';

const PATIENCE_MS = 5_000;

export async function askVictim(socket: string, request: Ask): Promise<Answer | undefined> {
  const outcome = await ask(socket, request, PATIENCE_MS);
  return outcome.kind === 'answered' ? outcome.answer : undefined;
}

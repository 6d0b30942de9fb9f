// Who speaks true, and must never be told off for it. A misbehaviour that is about ending, hanging or being slow leaves
// the words true; one that is about words does not. What the books must hold is judged of liars as well: see words.ts.

/** Misbehaviours of the simulated programs whose words are true all the same. */
const TRUTHFUL: ReadonlySet<string> = new Set([
  'well-behaved',
  'slow-start',
  'crash-at-start',
  'crash-idle',
  'crash-busy',
  'hang-at-start',
  'hang-idle',
  'hang-busy',
  'ignore-term',
  'grandchild',
  'exit-0',
  'exit-75',
  'exit-signal',
  'quits-unasked',
  'shuts-listener',
  'chatty',
]);

export function isHonest(behaviour: string): boolean {
  return TRUTHFUL.has(behaviour);
}

// What the oracle throws when the master, or what it says of itself, is not as a rule asks. The runner catches it and
// reports the rule, the sentence, the turn and the virtual time. The rules are listed in rules.ts.

import type { RuleName } from './rules.ts';

export class Violation extends Error {
  override readonly name = 'Violation';
  readonly rule: RuleName;

  /** `says`: one sentence with the unit, the pid and the two figures that should agree. */
  constructor(rule: RuleName, says: string) {
    super(says);
    this.rule = rule;
  }
}

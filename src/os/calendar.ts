// When an EVENT is due: five-field cron patterns in local time. Called by the ports for `nextOccurrence`, so that
// the core needs no calendar of its own. Wraps croner, which is right over daylight-saving changes: a fixed time
// that the change skips runs when the change is over, one that comes twice runs once.
// Never throws for a pattern that has no occurrence; a pattern that config has let pass must be valid.

import { Cron } from 'croner';

/** As many as a configuration has EVENTS, thrown away by a reload now and then. */
const PATTERNS_MAX = 1000;

const patterns = new Map<string, Cron>();

/** The first occurrence after `afterWallMs`; undefined when there is none (31 February). In local time, or in `timezone`. */
export function nextOccurrence(pattern: string, afterWallMs: number, timezone?: string): number | undefined {
  return parsed(pattern, timezone).nextRun(new Date(afterWallMs))?.getTime();
}

function parsed(pattern: string, timezone: string | undefined): Cron {
  const key = timezone === undefined ? pattern : `${pattern} ${timezone}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  if (patterns.size >= PATTERNS_MAX) patterns.clear();
  // "no-wildcard": a fixed time may be a list or a range, as in Vixie cron; croner's default asks for one value.
  const zone = timezone === undefined ? {} : { timezone };
  const cron = new Cron(pattern, { mode: '5-part', paused: true, fixedTimeRule: 'no-wildcard', ...zone });
  patterns.set(key, cron);
  return cron;
}

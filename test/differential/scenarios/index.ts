// All scenarios, in the order of the page.

import type { Chapter } from '../support/scenario.ts';
import { ACCOUNTING } from './accounting.ts';
import { COMMAND_LINE } from './command-line.ts';
import { CONFIGURATION } from './configuration.ts';
import { FAILURES } from './failures.ts';
import { JOBS } from './jobs.ts';
import { LISTENING } from './listening.ts';
import { LOG } from './log.ts';
import { METRICS } from './metrics.ts';
import { PREFORK } from './prefork.ts';
import { RELOAD } from './reload.ts';
import { SHUTDOWN } from './shutdown.ts';
import { SURROUNDINGS } from './surroundings.ts';
import { WEAKNESSES } from './weaknesses.ts';

export const CHAPTERS: readonly Chapter[] = [
  SURROUNDINGS,
  PREFORK,
  LISTENING,
  ACCOUNTING,
  FAILURES,
  JOBS,
  CONFIGURATION,
  COMMAND_LINE,
  RELOAD,
  SHUTDOWN,
  LOG,
  METRICS,
  WEAKNESSES,
];

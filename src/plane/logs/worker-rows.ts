// How facts about workers are logged. Normal churn is debug, every connection is trace: at info a healthy master
// is nearly silent, so that what stands there is worth reading. Part of the table of events (event-table.ts).

import { countText, durationText } from '../../lib/text.ts';
import { type FactRows, who, whoPid } from './row.ts';

const lastWords = (text: string) => (text === '' ? '' : `, last words: ${text}`);

export const WORKER_ROWS = {
  spawned: {
    level: 'debug',
    meaning: 'A process was started.',
    text: (fact) => `${whoPid(fact)} spawned: ${fact.ready} ready, ${fact.active} active`,
  },
  'spawn-failed': {
    level: 'error',
    meaning:
      'A process could not be started. ENOENT and EACCES are about the program; EAGAIN and ENOMEM about the machine.',
    text: (fact) =>
      `${who(fact)}: cannot ${fact.stage} ${fact.program}: ${fact.errno}, next try in ${durationText(fact.retryInMs)}`,
  },
  'worker-ready': {
    level: 'debug',
    meaning: 'The worker spoke for the first time, or its start-up time is over and nobody waits (presumed).',
    text: (fact) =>
      `${whoPid(fact)} is ${fact.presumed ? 'presumed ' : ''}ready after ${durationText(fact.startupMs)}`,
  },
  'worker-busy': {
    level: 'trace',
    meaning: 'The worker took a client (or as many as it has room for).',
    text: (fact) => `${whoPid(fact)} is busy`,
  },
  'worker-available': {
    level: 'trace',
    meaning: 'The worker can take a client again.',
    text: (fact) => `${whoPid(fact)} is available`,
  },
  'worker-retired': {
    level: 'debug',
    meaning: 'The worker was told to finish, for the reason given.',
    text: (fact) => `${whoPid(fact)} is told to finish (${fact.signal}): ${fact.why}`,
  },
  'worker-killed': {
    level: 'warn',
    meaning: 'The worker missed a deadline and was ended by force.',
    text: (fact) => `${whoPid(fact)} is killed with ${fact.signal}: ${fact.why}`,
  },
  exited: {
    level: 'debug',
    raised: {
      to: 'warn',
      when: 'nobody asked the worker to end and it ended badly',
      test: (fact) => !fact.expected,
    },
    meaning: 'A process ended. `reason` is how it is counted, `how` what the kernel said.',
    text: (fact) =>
      `${whoPid(fact)} ended while ${fact.state} (${fact.how}, counted as ${fact.reason}) after ${durationText(fact.ageMs)} and ${countText(fact.uses, 'use')}${lastWords(fact.lastStderr)}`,
  },
  'message-bad': {
    level: 'warn',
    meaning: 'The worker wrote something wrong to its status channel. It is counted and not believed.',
    text: (fact) => `${whoPid(fact)} sent a bad message while ${fact.state}: ${fact.problem}`,
  },
  'worker-status': {
    level: 'debug',
    meaning: 'STATUS= of sd_notify(3).',
    text: (fact) => `${whoPid(fact)} says: ${fact.text}`,
  },
  output: {
    level: 'info',
    meaning: 'A line that a process wrote to its stdout or stderr.',
    text: (fact) => `${whoPid(fact)} ${fact.stream}: ${fact.line}`,
  },
  'output-dropped': {
    level: 'warn',
    meaning: 'Processes of the service write more lines than are taken over; these are lost.',
    text: (fact) => `${who(fact)}: ${countText(fact.lines, 'line')} of output dropped`,
  },
} satisfies FactRows<
  | 'spawned'
  | 'spawn-failed'
  | 'worker-ready'
  | 'worker-busy'
  | 'worker-available'
  | 'worker-retired'
  | 'worker-killed'
  | 'exited'
  | 'message-bad'
  | 'worker-status'
  | 'output'
  | 'output-dropped'
>;

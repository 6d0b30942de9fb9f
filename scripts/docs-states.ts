// docs/generated/STATES.md, from the one table of states and events (src/core/worker-states.ts).

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Transition, WORKER_EVENTS, WORKER_STATES, WORKER_TABLE } from '../src/core/worker-states.ts';

/** Of the page, from the root. */
export const path = 'docs/generated/STATES.md';

const INTRODUCTION = `<!-- Made by scripts/docs-states.ts from src/core/worker-states.ts. Do not edit. -->

# The states of a worker

Each cell says which state an event leads to. *available* to *connectionMulti* are the worker's messages (READY=1 of
sd_notify counts as *available*); *presumed*: its start-up time is over and it was silent; *handed*: the master gave it
its one connection (inetd); *told*: it was signalled to finish, or says STOPPING=1; *ended*: it was reaped.

**+1** counts a connection; **client +** and **client -** change the number of clients that it holds. An *odd* message is
counted and reported, and changes no more than the table says. *never*: can only come from the master itself, and would
be its bug.
`;

export function generate(): string {
  const header = `| event | ${WORKER_STATES.join(' | ')} |\n|${' --- |'.repeat(WORKER_STATES.length + 1)}`;
  const rows = WORKER_EVENTS.map((event) => {
    const cells = WORKER_STATES.map((state) => cellText(WORKER_TABLE[state][event], state));
    return `| ${event} | ${cells.join(' | ')} |`;
  });
  return `${INTRODUCTION}\n${[header, ...rows].join('\n')}\n`;
}

function cellText(cell: Transition, from: string): string {
  if (cell.contradiction) return '*never*';
  const parts = [
    cell.to === from ? 'stays' : `**${cell.to}**`,
    cell.counts === 'connection' ? '+1' : '',
    cell.client === undefined ? '' : `client ${cell.client === 'more' ? '+' : '-'}`,
    cell.odd === undefined ? '' : `*odd${cell.oddOnlyWithoutClient ? ' without a client' : ''}*`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(import.meta.dirname, '..', path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, generate());
}

// Writes docs/generated/EVENTS.md from the table of events (src/plane/logs/event-table.ts) and one sample of each kind.

import { EVENT_ROWS, type EventKind, FACT_ROWS, type LoggedEvent } from '../src/plane/logs/event-table.ts';
import { fieldsOf } from '../src/plane/logs/logger.ts';
import type { Row } from '../src/plane/logs/row.ts';
import { EVENT_SAMPLES } from './lib/event-samples.ts';

export const path = 'docs/generated/EVENTS.md';

const INTRODUCTION = `<!-- Made by scripts/docs-events.ts from src/plane/logs/event-table.ts. Do not edit. -->

# Events: every line that preforkd logs

One line per event. As JSON it holds \`level\`, \`time\` (when it happened), \`event\` (the name below), the fields of the
event, and \`msg\`, the sentence for a person. On a terminal (\`log format=auto\`) only time, level and sentence are shown.
\`log level=\` in the section MASTER says from which level on lines are written; at \`info\` a healthy master is nearly
silent, \`debug\` shows every worker that comes and goes, \`trace\` every connection.
`;

export function generate(): string {
  const kinds = Object.keys(EVENT_ROWS) as EventKind[];
  const facts = kinds.filter((kind) => kind in FACT_ROWS);
  const own = kinds.filter((kind) => !(kind in FACT_ROWS));
  return [
    INTRODUCTION,
    '## Told by the supervisor\n',
    ...facts.map(section),
    '## Told by the rest of the master\n',
    ...own.map(section),
  ].join('\n');
}

function section(kind: EventKind): string {
  const row = EVENT_ROWS[kind] as unknown as Row<LoggedEvent>;
  const event = { kind, ...EVENT_SAMPLES[kind] } as LoggedEvent;
  const raised = row.raised === undefined ? '' : `, or ${row.raised.to} when ${row.raised.when}`;
  const fields = Object.keys(fieldsOf(event, 0)).slice(2);
  const fieldText =
    fields.length === 0 ? '' : `\nFields: ${fields.map((name) => `\`${name}\``).join(', ')}.\n`;
  return `### \`${kind}\`\n\n${row.level}${raised}. ${row.meaning}\n${fieldText}\n    ${row.text(event).replaceAll('\n', '\n    ')}\n`;
}

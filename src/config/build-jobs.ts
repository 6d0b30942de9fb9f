// Entries of START, EVENTS and DAEMON -> JobSpec, EventSpec, DaemonSpec.

import { Cron } from 'croner';
import type { DaemonSpec, EventSpec, JobSpec, Trigger } from '../core/spec.ts';
import { type CommandContext, readCommand, readFailureRule } from './command.ts';
import type { EntryReader } from './read.ts';
import { OVERLAPS } from './schema.ts';
import type { Word } from './syntax.ts';

const MINUTE_MS = 60_000;

/** Cyrus: "reasonable safety". */
const DAEMON_FORKS_PER_SECOND = 10;

export async function buildJob(reader: EntryReader, context: CommandContext): Promise<JobSpec | undefined> {
  const command = await readCommand(reader, context, { maxfds: false, listenPid: false });
  return command && { name: reader.name, line: reader.entry.name.line, command };
}

export async function buildDaemon(
  reader: EntryReader,
  context: CommandContext,
): Promise<DaemonSpec | undefined> {
  const maxforkrate = reader.integer('maxforkrate');
  const values = {
    wait: reader.switch('wait'),
    maxforkrate: maxforkrate <= 0 ? DAEMON_FORKS_PER_SECOND : maxforkrate,
    startlimitMs: reader.duration('startlimit'),
    stoplimitMs: reader.duration('stoplimit'),
    failureRule: readFailureRule(reader, context),
  };
  const command = await readCommand(reader, context, { maxfds: true, listenPid: false });
  return command && { name: reader.name, line: reader.entry.name.line, command, ...values };
}

export async function buildEvent(
  reader: EntryReader,
  context: CommandContext,
): Promise<EventSpec | undefined> {
  const trigger = readTrigger(reader);
  const values = {
    overlap: reader.choice('overlap', OVERLAPS),
    limitMs: reader.duration('limit'),
    jitterMs: reader.duration('jitter'),
    stoplimitMs: reader.duration('stoplimit'),
  };
  if (trigger?.kind === 'period' && values.jitterMs >= trigger.periodMs) {
    reader.notes.error(reader.place('jitter'), 'jitter= is not shorter than the period');
  }
  const command = await readCommand(reader, context, { maxfds: false, listenPid: false });
  if (command === undefined || trigger === undefined) return undefined;
  return { name: reader.name, line: reader.entry.name.line, command, trigger, ...values };
}

/** Of several triggers Cyrus takes cron before at before period. */
function readTrigger(reader: EntryReader): Trigger | undefined {
  const period = reader.integer('period');
  const at = reader.text('at');
  const cron = reader.text('cron');
  const given = ['cron', 'at', 'period'].filter((key) => reader.given(key) !== undefined);
  for (const key of given.slice(1)) {
    reader.notes.strict(
      reader.place(key),
      `${key}= contradicts ${given[0]}=`,
      undefined,
      `${given[0]}= counts`,
    );
  }
  if (cron !== undefined) return readCron(reader, cron);
  if (at !== undefined) return readTimeOfDay(reader, at);
  if (period > 0) return { kind: 'period', periodMs: period * MINUTE_MS };
  return withoutTrigger(reader);
}

/** Cyrus runs an event without a trigger once, when it starts: a period that never ends again. */
function withoutTrigger(reader: EntryReader): Trigger | undefined {
  const hint = 'add period=, at= or cron=';
  if (reader.entry.broken) return undefined;
  const at = reader.place('period');
  if (reader.notes.strictFile) {
    const given = reader.given('period') !== undefined;
    const message = given ? 'period must be at least 1 minute' : `event "${reader.name}" has no trigger`;
    reader.notes.error(at, message, hint);
    return undefined;
  }
  reader.notes.warning(
    at,
    `event "${reader.name}" has no trigger: it runs once, at the start, as under Cyrus`,
    hint,
  );
  return { kind: 'period', periodMs: Number.POSITIVE_INFINITY };
}

function readTimeOfDay(reader: EntryReader, at: Word): Trigger | undefined {
  const number = /^\d{1,4}$/.test(at.text) ? Number(at.text) : Number.NaN;
  const hour = Math.floor(number / 100);
  const minute = number % 100;
  if (hour <= 23 && minute <= 59) return { kind: 'cron', pattern: `${minute} ${hour} * * *` };
  reader.notes.error(
    at,
    `invalid at=hhmm specification "${at.text}"`,
    'a local time of day, such as at=0405',
  );
  return undefined;
}

function readCron(reader: EntryReader, cron: Word): Trigger | undefined {
  const fields = cron.text.trim().split(/\s+/);
  const trouble =
    fields.length === 5 ? cronTrouble(fields.join(' ')) : `it has ${fields.length} fields instead of five`;
  if (trouble === undefined) return { kind: 'cron', pattern: fields.join(' ') };
  const hint = 'five fields: minute hour day-of-month month day-of-week, such as cron="*/15 8-18 * * 1-5"';
  reader.notes.error(cron, `invalid cron pattern: ${trouble}`, hint);
  return undefined;
}

function cronTrouble(pattern: string): string | undefined {
  try {
    return new Cron(pattern, { mode: '5-part' }).nextRun() === null ? 'it never comes true' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
}

// Properties of the configuration, over files that nobody wrote: whatever a file holds, reading it never throws and
// every complaint has a place in it; what is printed reads the same; reading is quick, and the same every time.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import fc from 'fast-check';
import {
  type LoadOutcome,
  loadConfiguration,
  loadSettings,
  printUnderstood,
} from '../../../src/config/index.ts';
import { parseConfiguration } from '../../../src/config/parse.ts';
import { printConfiguration } from '../../../src/config/print.ts';
import { renderDiagnostics } from '../../../src/config/render.ts';
import type { ParsedFile } from '../../../src/config/syntax.ts';
import type { World } from '../../../src/config/world.ts';
import type { MasterSpec } from '../../../src/core/spec.ts';
import { nextOccurrence } from '../../../src/os/calendar.ts';
import { holds } from '../support/fuzz.ts';
import { load, ROOT_WORLD, USER_WORLD } from './fake-world.ts';
import { anyFile, grammaticalFile, noise, slippedFile } from './made-up-files.ts';

const WORLDS = fc.constantFrom(ROOT_WORLD, USER_WORLD);
const directory = mkdtempSync(join(tmpdir(), 'preforkd-fuzz-'));
after(() => rmSync(directory, { recursive: true }));

const diagnosticsOf = (outcome: LoadOutcome) => (outcome.ok ? outcome.warnings : outcome.diagnostics);

/** What a message quotes stands where it points at. */
const QUOTES = /^(?:unknown key|unknown entry|bad character) "([!-~])/;

/** Refused if and only if there is an error; every complaint says something about a place in the text. */
function assertAccountable(outcome: LoadOutcome, text: string): void {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const diagnostics = diagnosticsOf(outcome);
  assert.equal(outcome.ok, !diagnostics.some(({ severity }) => severity === 'error'));
  for (const { line, column, length, message, hint } of diagnostics) {
    const content = lines[line - 1];
    assert.ok(content !== undefined, `line ${line} of ${lines.length}: ${message}`);
    assert.ok(
      Number.isInteger(column) && column >= 1 && column <= content.length + 1,
      `column ${column}: ${message}`,
    );
    assert.ok(Number.isInteger(length) && length >= 1, `length ${length}: ${message}`);
    assert.ok(message.trim() !== '' && hint?.trim() !== '', 'something is said');
    const quoted =
      message === 'a NUL character in the file' ? '\0' : QUOTES.exec(message)?.[1]?.replace('\\', '');
    if (quoted) assert.equal(content[column - 1], quoted, message);
  }
  assert.equal(renderDiagnostics(diagnostics, text) === '', diagnostics.length === 0);
  if (outcome.ok) assertSane(outcome.master);
}

/** What the supervisor may rely on, whatever the file said. */
function assertSane(master: MasterSpec): void {
  for (const { address, prefork, maxchild, clientlimit, backlog } of master.services) {
    if (address.family !== 'unix') assert.ok(address.port >= 0 && address.port <= 65_535);
    assert.ok(prefork >= 0 && prefork <= maxchild && clientlimit >= 1 && backlog >= 0);
  }
  assert.ok(master.startCap.initial >= 1 && master.startCap.initial <= master.startCap.most);
  const jobs = [...master.start, ...master.services, ...master.events, ...master.daemons];
  for (const { command } of jobs) assert.ok(command.path.startsWith('/') && command.argv.length >= 1);
  for (const numbers of [master, ...jobs]) {
    for (const [name, value] of Object.entries(numbers)) {
      if (typeof value === 'number') assert.ok(value >= 0, `${name} ${value}`);
    }
  }
}

/** Names and values, without their places. */
function meaningOf(parsed: ParsedFile): unknown {
  return parsed.sections.map(({ name, entries }) => ({
    name,
    entries: entries.map((entry) => [
      entry.name.text,
      ...entry.arguments.map(({ key, value }) => [key.text, value.text]),
    ]),
  }));
}

describe('whatever the file holds', () => {
  for (const [what, files, runs] of [
    ['noise', noise, 300],
    ['a good file after some slips', slippedFile, 400],
    ['a grammatical file', grammaticalFile, 400],
  ] as const) {
    holds(
      `${what} is never thrown at, and every complaint has a place`,
      runs,
      fc.asyncProperty(files, WORLDS, async (text, world) => {
        assertAccountable(await load(text, world), text);
      }),
    );
  }

  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    slippedFile.map((text) => Buffer.from(text, 'latin1')),
  );
  holds(
    'bytes on the disk are read or refused',
    100,
    fc.asyncProperty(bytes, async (content) => {
      const file = join(directory, 'bytes.conf');
      writeFileSync(file, content);
      const outcome = await loadConfiguration(file, { world: ROOT_WORLD });
      assertAccountable(outcome, outcome.source ?? '');
      const settings = await loadSettings(file);
      if (outcome.ok) assert.ok(settings.ok);
    }),
  );

  holds(
    'an event that is let pass has a trigger that the supervisor can reckon with',
    300,
    fc.asyncProperty(
      grammaticalFile,
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
      async (text, now) => {
        const outcome = await load(text);
        for (const { trigger } of outcome.ok ? outcome.master.events : []) {
          if (trigger.kind === 'cron') {
            const next = nextOccurrence(trigger.pattern, now.getTime());
            assert.ok(next === undefined || next > now.getTime(), trigger.pattern);
          } else assert.ok(trigger.periodMs > 0);
        }
      },
    ),
  );
});

describe('printed', () => {
  holds(
    'parse, print, parse is the identity',
    500,
    fc.property(anyFile, (text) => {
      const parsed = parseConfiguration(text);
      const again = parseConfiguration(printConfiguration(parsed));
      assert.deepEqual(meaningOf(again), meaningOf(parsed));
      // NUL characters and long lines are complained about twice; nothing else is.
      assert.deepEqual(
        again.problems.filter(({ message }) => !/NUL|longer/.test(message)),
        [],
      );
    }),
  );

  holds(
    'a grammatical file has no problem of grammar',
    300,
    fc.property(grammaticalFile, (text) => {
      assert.deepEqual(
        parseConfiguration(text).problems.filter(({ message }) => !/NUL/.test(message)),
        [],
      );
    }),
  );

  holds(
    'as it was understood, a good file runs the same, and nothing is left to be ignored',
    400,
    fc.asyncProperty(fc.oneof(grammaticalFile, slippedFile), async (text) => {
      const outcome = await load(text);
      if (!outcome.ok) return;
      const printed = printUnderstood(text);
      const again = await load(printed);
      assert.ok(again.ok, printed);
      assert.deepEqual(runs(again), runs(outcome), printed);
      for (const { message } of again.warnings)
        assert.doesNotMatch(message, /ignored|skipped|twice; the first|unknown key/);
      assert.equal(printUnderstood(printed), printed);
    }),
  );

  /** What would run, without the lines where it stands. */
  function runs({ master, settings }: Extract<LoadOutcome, { ok: true }>): unknown {
    const without = <Spec extends { line: number }>(specs: readonly Spec[]) =>
      specs.map(({ line: _, ...spec }) => spec);
    const { start, services, events, daemons, ...rest } = master;
    return [settings, rest, without(start), without(services), without(events), without(daemons)];
  }
});

describe('reading is the same every time', () => {
  holds(
    'in whatever order the machine answers',
    150,
    fc.asyncProperty(
      anyFile,
      WORLDS,
      fc.array(fc.nat({ max: 5 }), { minLength: 1 }),
      async (text, world, delays) => {
        assert.deepEqual(await load(text, hesitant(world, delays)), await load(text, world));
      },
    ),
  );

  /** Answers late, and not in the order of the questions. */
  function hesitant(world: World, delays: readonly number[]): World {
    let asked = 0;
    const wait = async () => {
      asked += 1;
      for (let left = delays[asked % delays.length] ?? 0; left > 0; left -= 1) await Promise.resolve();
    };
    return {
      ...world,
      lookup: (host) => wait().then(() => world.lookup(host)),
      fileKind: (path) => wait().then(() => world.fileKind(path)),
    };
  }
});

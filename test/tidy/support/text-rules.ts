// Rules on the text of a source: it opens with its card, leaves no reminders behind, and silences no checker.

import type { Finding, Source } from './tree.ts';

export const CARD_LINES_MAX = 12;

/** The comment that a file opens with; a #! line may stand before it. */
export function withoutCard(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.replace(/^#!.*\n/, '').split('\n');
    const end = lines.findIndex((line) => !line.startsWith('//'));
    if (end === 0) return [{ path, line: 1, says: 'does not open with its card' }];
    if (end > CARD_LINES_MAX)
      return [{ path, line: 1, says: `a card of ${end} lines (at most ${CARD_LINES_MAX})` }];
    return [];
  });
}

// Written in two halves, so that this file does not find itself.
const REMINDER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
const SILENCERS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [new RegExp('@ts-' + '(ignore|nocheck)'), 'mend the type, or expect the error and say why'],
  [new RegExp('@ts-' + 'expect-error\\s*$'), 'say why the error is expected'],
  [new RegExp('biome-' + 'ignore-(all|start)'), 'ignore one line, with its reason'],
  [new RegExp('eslint-' + 'disable'), 'there is no eslint here'],
];

export function reminders(sources: readonly Pick<Source, 'path' | 'text'>[]): readonly Finding[] {
  return byLine(sources, (line) => {
    const word = REMINDER.exec(line)?.[1];
    return word === undefined ? undefined : `${word}: do it, or open an issue`;
  });
}

export function silencers(sources: readonly Pick<Source, 'path' | 'text'>[]): readonly Finding[] {
  return byLine(sources, (line) => {
    const found = SILENCERS.find(([pattern]) => pattern.test(line));
    return found && `silences a checker: ${found[1]}`;
  });
}

function byLine(
  sources: readonly Pick<Source, 'path' | 'text'>[],
  judge: (line: string) => string | undefined,
): readonly Finding[] {
  return sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const says = judge(line);
      return says === undefined ? [] : [{ path, line: index + 1, says }];
    }),
  );
}

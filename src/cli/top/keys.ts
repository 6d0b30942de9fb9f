// What a terminal in raw mode sends, as names of keys. Pure; called by terminal.ts. What is unknown, a pasted text above
// all, is no key.

const SEQUENCES: Readonly<Record<string, string>> = {
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  '\u001b[C': 'right',
  '\u001bOC': 'right',
  '\u001b[D': 'left',
  '\u001bOD': 'left',
  '\u001b[H': 'home',
  '\u001bOH': 'home',
  '\u001b[1~': 'home',
  '\u001b[F': 'end',
  '\u001bOF': 'end',
  '\u001b[4~': 'end',
  '\u001b[5~': 'pageup',
  '\u001b[6~': 'pagedown',
  '\u001b': 'escape',
  '\r': 'enter',
  '\n': 'enter',
  ' ': 'space',
  '\u0003': 'interrupt',
  '\u000c': 'redraw',
  '\u001a': 'suspend',
};

// An escape sequence (CSI or SS3), or one character.
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control characters
const KEY = /\u001b\[[0-9;?]*[A-Za-z~]|\u001bO[A-Z]|[\s\S]/gu;

export function keysOf(input: string): string[] {
  return (input.match(KEY) ?? []).flatMap((sequence) => {
    const named = SEQUENCES[sequence];
    if (named !== undefined) return [named];
    return sequence.length === 1 && sequence > ' ' ? [sequence] : [];
  });
}

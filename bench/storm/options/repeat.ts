// The command that makes the same storm again: the words that were typed, with the seed, and without the password,
// since reports are shown around. Pure.

const SHOWN_PASSWORD = 'PASSWORD';
/** These need no quotes in any shell. */
const PLAIN = /^[\w@%+=:,./[\]*-]+$/;

/** `words`: what was typed after `preforkd storm`. */
export function commandText(words: readonly string[], seed: string): string {
  const shown: string[] = [];
  let said = false;
  for (const [index, word] of words.entries()) {
    const before = words[index - 1];
    const login = /^--login=/.test(word) || before === '--login';
    shown.push(login ? word.replace(/:.*$/s, `:${SHOWN_PASSWORD}`) : word);
    said ||= word === '--seed' || word.startsWith('--seed=');
  }
  const all = ['preforkd', 'storm', ...shown, ...(said ? [] : ['--seed', seed])];
  return all.map(quoted).join(' ');
}

function quoted(word: string): string {
  return PLAIN.test(word) && !/[[\]*]/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

// A Maildir++ as it lies on the disk: INBOX is the directory itself, every ".Name" beside it a folder; messages are
// files in cur/ and new/, their flags the letters after ":2,". Read only: nothing is moved, renamed or written.
// UIDs are positions in the order of arrival, which the file names begin with. Since nothing can be written down,
// UIDVALIDITY is made of the names: whenever the set of messages has changed between sessions, UIDs are void.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const DELIMITER = '.';

const FLAG_LETTERS: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
};

export interface MaildirEntry {
  /** The file name without its flags: stays the same for the life of a message. */
  readonly name: string;
  readonly path: string;
  readonly flags: readonly string[];
  /** When it arrived, milliseconds since 1970. */
  readonly arrivedMs: number;
}

/** Folder names and their directories, INBOX first. */
export function folders(root: string): Map<string, string> {
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^\.[^.]/.test(entry.name))
    .map((entry) => entry.name.slice(1))
    .sort();
  return new Map([['INBOX', root], ...names.map((name) => [name, join(root, `.${name}`)] as const)]);
}

/** The messages of a folder in the order of their arrival. */
export function entries(directory: string): MaildirEntry[] {
  return [...filesOf(join(directory, 'cur')), ...filesOf(join(directory, 'new'))].sort(
    (one, other) => one.arrivedMs - other.arrivedMs || (one.name < other.name ? -1 : 1),
  );
}

export function uidValidity(list: readonly MaildirEntry[]): number {
  const digest = createHash('sha256')
    .update(list.map(({ name }) => name).join('\n'))
    .digest();
  // Not 0, and below 2^31 for clients that count with a sign.
  return (digest.readUInt32BE(0) & 0x7fffffff) + 1;
}

/** The message with the line ends of the wire: files may have been written with either. */
export function contents(entry: MaildirEntry): Buffer {
  const bytes = readFileSync(entry.path);
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d)
      return Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
  }
  return bytes;
}

function filesOf(directory: string): MaildirEntry[] {
  return list(directory)
    .filter((file) => !file.startsWith('.'))
    .map((file) => {
      const [name = file, letters = ''] = file.split(':2,');
      const flags = [...letters].map((letter) => FLAG_LETTERS[letter]).filter((flag) => flag !== undefined);
      return {
        name,
        path: join(directory, file),
        flags,
        arrivedMs: (Number.parseInt(name, 10) || 0) * 1_000,
      };
    });
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    // git keeps no empty directories: a folder without new/ is whole.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

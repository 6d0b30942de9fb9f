// A selected mailbox: its messages by sequence number and UID, as they were when it was selected, plus what arrives
// meanwhile. A message whose file has gone keeps its number until the mailbox is selected again, as RFC 3501 asks.

import { contents, entries, type MaildirEntry, uidValidity } from './maildir.ts';
import { type Part, parseMessage } from './mime.ts';

export interface Message {
  /** Sequence number. */
  readonly number: number;
  readonly uid: number;
  entry: MaildirEntry;
}

export interface Loaded {
  readonly bytes: Buffer;
  /** The tree of parts. */
  readonly part: Part;
}

export interface Changes {
  readonly arrived: number;
  readonly flagsOf: readonly Message[];
}

export class Mailbox {
  readonly name: string;
  readonly uidValidity: number;
  readonly messages: Message[];
  readonly directory: string;
  #lastLoaded: { uid: number; loaded: Loaded } | undefined;

  constructor(name: string, directory: string) {
    const list = entries(directory);
    this.name = name;
    this.directory = directory;
    this.uidValidity = uidValidity(list);
    this.messages = list.map((entry, index) => ({ number: index + 1, uid: index + 1, entry }));
  }

  get uidNext(): number {
    return this.messages.length + 1;
  }

  get unseen(): readonly Message[] {
    return this.messages.filter(({ entry }) => !entry.flags.includes('\\Seen'));
  }

  /** The bytes and parts of a message; undefined when its file has gone. Clients ask for one message after another. */
  load(message: Message): Loaded | undefined {
    if (this.#lastLoaded?.uid === message.uid) return this.#lastLoaded.loaded;
    try {
      const bytes = contents(message.entry);
      const loaded = { bytes, part: parseMessage(bytes) };
      this.#lastLoaded = { uid: message.uid, loaded };
      return loaded;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Looks at the directory again: new messages get the next numbers, flags are brought up to date. */
  refresh(): Changes {
    const known = new Map(this.messages.map((message) => [message.entry.name, message]));
    const flagsOf: Message[] = [];
    let arrived = 0;
    for (const entry of entries(this.directory)) {
      const message = known.get(entry.name);
      if (message === undefined) {
        const number = this.messages.length + 1;
        this.messages.push({ number, uid: number, entry });
        arrived += 1;
      } else if (message.entry.path !== entry.path) {
        if (message.entry.flags.join() !== entry.flags.join()) flagsOf.push(message);
        message.entry = entry;
      }
    }
    return { arrived, flagsOf };
  }
}

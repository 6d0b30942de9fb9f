// IDLE (RFC 2177): tells of new mail as it arrives, until the client says DONE.

import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { BAD, type Command, OK, type SessionView } from './answers.ts';
import { writeChanges } from './selected.ts';

/** A delivery touches the directory several times; the client hears of it once. */
const SETTLE_MS = 50;

export const idle: Command = async (session, parser) => {
  parser.end();
  await session.wire.send('+ idling\r\n');
  const stopWatching = watchMailbox(session);
  try {
    const line = await session.wire.line();
    return line?.toUpperCase() === 'DONE' ? OK('IDLE terminated') : BAD('DONE expected');
  } finally {
    stopWatching();
  }
};

function watchMailbox(session: SessionView): () => void {
  const { mailbox } = session;
  if (mailbox === undefined) return () => {};
  let settling: NodeJS.Timeout | undefined;
  const tell = () => {
    writeChanges(session);
    void session.wire.flush();
  };
  const changed = () => {
    clearTimeout(settling);
    settling = setTimeout(tell, SETTLE_MS);
  };
  const watchers = ['cur', 'new'].flatMap((name) => tryWatch(join(mailbox.directory, name), changed));
  // What came between the last command and the watch.
  changed();
  return () => {
    clearTimeout(settling);
    for (const watcher of watchers) watcher.close();
  };
}

/** Without inotify (its limit reached), or without the directory, IDLE is merely silent. */
function tryWatch(directory: string, changed: () => void): FSWatcher[] {
  try {
    return [watch(directory, changed).on('error', () => {})];
  } catch {
    return [];
  }
}

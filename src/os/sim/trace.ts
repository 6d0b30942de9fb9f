// The words of the trace: addresses, processes, and the 8-byte messages of the `cyrus` protocol, readable.

import { STATUS_FD } from '../../protocol/fds.ts';
import { decodeStatus, STATUS_MESSAGE_BYTES } from '../../protocol/status-message.ts';
import type { Address, Fd, SpawnRequest } from '../os.ts';

const NOTHING = new Uint8Array(0);
const TEXT_CHARACTERS_MOST = 80;
const decoder = new TextDecoder('latin1');

export function addressText(address: Address): string {
  if (address.family === 'unix') return address.path;
  return address.family === 'ipv6' ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** 'service/imap' of 'service/imap/127.0.0.1:143'. */
export function unitText({ argv, path }: SpawnRequest): string {
  return (argv[1] ?? argv[0] ?? path).split('/').slice(0, 2).join('/');
}

/** What a process says: status words in capitals, with the pid when it is not its own; all else as text. */
export function saidText(speaker: number, fd: Fd | undefined, bytes: Uint8Array): string {
  if (fd === STATUS_FD && bytes.length > 0 && bytes.length % STATUS_MESSAGE_BYTES === 0) {
    const { messages } = decodeStatus(NOTHING, bytes);
    if (messages.every(({ word }) => word !== 'unknown')) {
      return messages
        .map(({ word, pid }) => (pid === speaker ? capitals(word) : `${capitals(word)} for pid ${pid}`))
        .join(', ');
    }
  }
  return JSON.stringify(decoder.decode(bytes).slice(0, TEXT_CHARACTERS_MOST));
}

/** 'CONNECTION_MULTI' */
function capitals(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

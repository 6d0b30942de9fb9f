// Names of errno numbers, errno(3), as os.ts promises them: 'EAGAIN', and 'E123' for a number without a name.
// Called by every file of os/linux directly after a failed call, before anything else can change errno.

import { constants } from 'node:os';
import type { Errno } from '../os.ts';
import { lastErrnoNumber } from './libc.ts';

/** Two names share a number (EWOULDBLOCK is EAGAIN, EOPNOTSUPP is ENOTSUP): the first in the alphabet stays. */
const NAMES = new Map<number, Errno>(
  Object.entries(constants.errno)
    .toReversed()
    .map(([name, number]) => [number, name]),
);

export function errnoName(number: number): Errno {
  return NAMES.get(number) ?? `E${number}`;
}

export function lastErrno(): Errno {
  return errnoName(lastErrnoNumber());
}

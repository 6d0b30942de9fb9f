// A datagram socket for each worker of protocol `systemd`: sd_notify(3). The path is the worker's identity, hence
// it is hard to guess and writable by its owner alone. Called by the supervisor loop around such a worker's life.
// Never leaves a path behind when a step fails.

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Errno, Fd, OpenOutcome, ReadOutcome } from '../os.ts';
import { encodeAddress } from './addresses.ts';
import { close, read } from './descriptors.ts';
import { lastErrno } from './errno.ts';
import { libc } from './libc.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from './structs.ts';
import { attempt, giveAway, restrictBeforeBind } from './unix-paths.ts';

/** Others may pass through to a path that they know, and list nothing. */
const DIRECTORY_MODE = 0o711;
const SOCKET_MODE = 0o600;
const RANDOM_BYTES = 9;

type Owner = { readonly uid: number; readonly gid: number } | undefined;

export class NotifySockets {
  readonly #directory: string;
  readonly #open = new Set<Fd>();
  #counter = 0;

  constructor(runDirectory: string) {
    this.#directory = join(runDirectory, 'notify');
  }

  openNotify(owner: Owner): OpenOutcome<{ fd: Fd; path: string }> {
    this.#counter += 1;
    const name = `${this.#counter}-${randomBytes(RANDOM_BYTES).toString('base64url')}.sock`;
    const path = join(this.#directory, name);
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return { ok: false, errno: lastErrno() };
    const trouble = makeDirectory(this.#directory) ?? restrictBeforeBind(fd) ?? bindAt(fd, path, owner);
    if (trouble !== undefined) {
      close(fd);
      return { ok: false, errno: trouble };
    }
    this.#open.add(fd);
    return { ok: true, fd, path };
  }

  closeNotify(fd: Fd, path: string): void {
    this.#open.delete(fd);
    attempt(() => unlinkSync(path));
    close(fd);
  }

  /** An empty datagram is data, not the end: otherwise anybody who may write could have the socket closed. */
  read(fd: Fd, maxBytes: number): ReadOutcome {
    const outcome = read(fd, maxBytes);
    return outcome.kind === 'end' && this.#open.has(fd)
      ? { kind: 'data', bytes: new Uint8Array(0) }
      : outcome;
  }
}

function makeDirectory(directory: string): Errno | undefined {
  const trouble = attempt(() => {
    mkdirSync(directory);
    chmodSync(directory, DIRECTORY_MODE);
  });
  return trouble === 'EEXIST' ? undefined : trouble;
}

function bindAt(fd: Fd, path: string, owner: Owner): Errno | undefined {
  const name = encodeAddress({ family: 'unix', transport: 'datagram', path });
  if (!name.ok) return name.errno;
  if (libc.bind(fd, name.bytes, name.length) !== 0) return lastErrno();
  // Without root the worker runs under our own ids, and there is nobody to give the socket to.
  const trouble = giveAway(path, SOCKET_MODE, process.geteuid?.() === 0 ? owner : undefined);
  if (trouble !== undefined) attempt(() => unlinkSync(path));
  return trouble;
}

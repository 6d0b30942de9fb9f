// A file system as far as sockets and working directories need one: paths with a kind, a mode and an owner. A node is
// the same file as long as it is the same object; whoever binds a path anew makes another one.

import type { Errno } from '../os.ts';
import type { OpenFile } from './files.ts';

export interface PathNode {
  readonly kind: 'directory' | 'file' | 'socket';
  mode: number;
  uid: number;
  /** Of a socket: stale when it is closed, or never was open. */
  readonly socket: OpenFile | undefined;
  /** Of a file: who has it locked, and what stands in it. */
  holder?: OpenFile | undefined;
  text?: string;
}

/** sockaddr_un.sun_path with its NUL: unix(7). */
const SOCKET_PATH_BYTES = 108;
const DIRECTORY_MODE = 0o755;
const ROOT_UID = 0;

const encoder = new TextEncoder();

export class Paths {
  readonly #nodes = new Map<string, PathNode>();

  constructor(directories: readonly string[]) {
    for (const path of ['/', ...directories]) this.make(path, node('directory', DIRECTORY_MODE));
  }

  look(path: string): PathNode | undefined {
    return this.#nodes.get(path);
  }

  /** Puts a new node at a path where nothing is. */
  make(path: string, made: PathNode): Errno | undefined {
    if (this.#nodes.has(path)) return 'EEXIST';
    const trouble = path === '/' ? undefined : this.directoryTrouble(parentOf(path));
    if (trouble === undefined) this.#nodes.set(path, made);
    return trouble;
  }

  remove(path: string): void {
    this.#nodes.delete(path);
  }

  /** Why `path` is no directory that can be gone into. */
  directoryTrouble(path: string): Errno | undefined {
    for (let each = path; ; each = parentOf(each)) {
      const found = this.#nodes.get(each);
      if (found === undefined && each !== '/') continue;
      if (found?.kind !== 'directory') return 'ENOTDIR';
      return each === path ? undefined : 'ENOENT';
    }
  }
}

export function node(kind: PathNode['kind'], mode: number, socket?: OpenFile): PathNode {
  return { kind, mode, uid: ROOT_UID, socket };
}

/** Why no socket can have this path, wherever it is. */
export function socketPathTrouble(path: string): Errno | undefined {
  if (path === '' || path.includes('\0')) return 'EINVAL';
  return encoder.encode(path).length >= SOCKET_PATH_BYTES ? 'ENAMETOOLONG' : undefined;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

// Files that are held locked: the lock belongs to the open file, and goes when the last descriptor is closed.

import type { Errno, Os } from '../os.ts';
import { OpenFile } from './files.ts';
import { node, type PathNode, type Paths } from './paths.ts';
import type { Seat } from './seat.ts';

const FILE_MODE = 0o644;

class LockedFile extends OpenFile {
  readonly description: string;
  readonly #node: PathNode;

  constructor(path: string, held: PathNode) {
    super();
    this.description = path;
    this.#node = held;
  }

  get readable(): boolean {
    return true;
  }

  protected override closed(): void {
    this.#node.holder = undefined;
  }
}

export function filePort(seat: Seat) {
  const { paths } = seat.machine;
  return {
    lockFile: (path, text) => {
      seat.call();
      const errno = seat.shortage();
      if (errno !== undefined) return { ok: false, errno };
      const found = fileAt(paths, path);
      if (typeof found === 'string') return { ok: false, errno: found };
      if (found.holder !== undefined) return { ok: false, errno: 'EAGAIN' };
      found.holder = new LockedFile(path, found);
      found.text = text;
      return { ok: true, fd: seat.table.open(found.holder) };
    },
  } satisfies Partial<Os>;
}

function fileAt(paths: Paths, path: string): PathNode | Errno {
  const found = paths.look(path);
  if (found?.kind === 'directory') return 'EISDIR';
  if (found?.kind === 'socket') return 'ENXIO';
  if (found !== undefined) return found;
  const made = node('file', FILE_MODE);
  return paths.make(path, made) ?? made;
}

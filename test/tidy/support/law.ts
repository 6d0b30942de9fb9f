// The import law as one table: which room of src may import what. docs/ARCHITECTURE.md tells the reasons. A file
// belongs to the first room whose prefix fits. What a room may not import, it may not import by type either, unless
// `types` says so. A room may always import itself.

import { type Import, importsOf } from './imports.ts';
import { type Finding, resolveRelative, type Source } from './tree.ts';

export interface Room {
  /** Paths below src that this line speaks of. */
  readonly prefix: string;
  /** Paths below src that it may import. */
  readonly may: readonly string[];
  /** Paths below src of which it may import types. */
  readonly types: readonly string[];
  readonly npm: readonly string[];
  /** Modules of Node's own; 'any' but FORBIDDEN. */
  readonly node: readonly string[] | 'any';
  /** Paths, from the root, that it may load when they are needed, and whose types it may name. */
  readonly lazily?: readonly string[];
}

/** Nowhere in src: a child of the daemon is spawned through the port, so that the ledger knows it. */
const FORBIDDEN = ['node:child_process', 'node:cluster'];

const TYPES_OF_THE_CORE = [
  'core/board.ts',
  'core/commands.ts',
  'core/facts.ts',
  'core/snapshot.ts',
  'core/spec.ts',
];

export const LAW: readonly Room[] = [
  // The composition root may know everybody; that is its one task.
  { prefix: 'main.ts', may: [''], types: [''], npm: ['commander'], node: 'any' },
  { prefix: 'cyrmaster.ts', may: [''], types: [''], npm: [], node: 'any' },
  { prefix: 'lib/', may: [], types: [], npm: [], node: [] },
  { prefix: 'protocol/', may: ['lib/'], types: [], npm: [], node: [] },
  { prefix: 'os/os.ts', may: [], types: ['lib/'], npm: [], node: [] },
  { prefix: 'os/calendar.ts', may: ['lib/'], types: ['os/os.ts'], npm: ['croner'], node: [] },
  // chaos.ts, and its parts.
  { prefix: 'os/chaos', may: ['lib/'], types: ['os/os.ts'], npm: [], node: [] },
  {
    prefix: 'os/linux/',
    may: ['lib/', 'protocol/', 'os/os.ts', 'os/calendar.ts'],
    types: [],
    npm: ['koffi'],
    node: 'any',
  },
  // The simulator stands below the core: importing it would let a test of the core test itself.
  {
    prefix: 'os/sim/',
    may: ['lib/', 'protocol/', 'os/os.ts', 'os/calendar.ts'],
    types: [],
    npm: [],
    node: [],
  },
  {
    prefix: 'config/',
    may: ['lib/', 'protocol/', 'core/spec.ts'],
    types: ['os/os.ts'],
    npm: ['zod', 'croner'],
    node: 'any',
  },
  // Pure and synchronous: see purity.ts.
  { prefix: 'core/', may: ['lib/', 'protocol/'], types: ['os/os.ts'], npm: [], node: [] },
  {
    prefix: 'thread/',
    may: ['lib/', 'core/', 'os/linux/', 'os/chaos.ts'],
    types: ['os/os.ts'],
    npm: [],
    node: ['node:worker_threads', 'node:fs', 'node:url'],
  },
  // Runs in a browser: nothing of ours is there but types. uplot comes to it as a script, and gives it its types.
  { prefix: 'plane/page/', may: [], types: ['plane/http/frame.ts', 'plane/recent.ts'], npm: [], node: [] },
  {
    prefix: 'plane/',
    may: ['lib/', 'thread/', 'config/'],
    types: [...TYPES_OF_THE_CORE, 'os/os.ts'],
    npm: ['node-ipc', 'pidusage', 'pino', 'pino-pretty', 'prom-client', 'zod'],
    node: 'any',
  },
  {
    prefix: 'cyrmaster/',
    may: ['lib/', 'plane/', 'config/'],
    types: [...TYPES_OF_THE_CORE, 'os/os.ts'],
    npm: [],
    node: 'any',
    // In a process that has no supervisor thread: the launcher of -d, and a master that is refused before it has one.
    lazily: ['src/os/linux/daemon.ts', 'src/os/linux/datagram-socket.ts'],
  },
  {
    prefix: 'cli/',
    may: ['lib/', 'plane/control/', 'config/', 'os/calendar.ts', 'os/chaos'],
    types: ['plane/', ...TYPES_OF_THE_CORE],
    npm: ['commander', 'node-ipc'],
    node: 'any',
    // The load generator and the incidents are no part of the master: only the verb `storm` loads them.
    lazily: ['bench/storm/', 'bench/incidents/'],
  },
  // koffi for the one accept call: see KOFFI_FILES.
  { prefix: 'worker/', may: ['lib/', 'protocol/'], types: [], npm: ['koffi'], node: 'any' },
];

/** koffi calls libc without a net: few files may, and each is alone with it in its thread. */
const KOFFI_FILES = /^(src\/(os\/linux\/[a-z-]+|worker\/libc)|bench\/storm\/trouble\/tgkill)\.ts$/;

export function brokenLaw(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap((each) =>
    importsOf(each).flatMap((one) => {
      const says = verdict(each.path, one);
      return says === undefined ? [] : [{ path: each.path, line: one.line, says }];
    }),
  );
}

/** For what lies outside of src, and so outside of the table. */
export function koffiElsewhere(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap((each) =>
    importsOf(each)
      .filter(({ specifier }) => specifier === 'koffi' && !KOFFI_FILES.test(each.path))
      .map(({ line }) => ({ path: each.path, line, says: 'may not import koffi' })),
  );
}

function verdict(path: string, { specifier, typeOnly, lazy }: Import): string | undefined {
  const room = LAW.find(({ prefix }) => path.startsWith(`src/${prefix}`));
  if (!room) return 'belongs to no room of the import law (test/tidy/support/law.ts)';
  const allowed = specifier.startsWith('.')
    ? mayFile(room, resolveRelative(path, specifier), typeOnly, lazy)
    : mayPackage(room, path, specifier);
  if (allowed) return undefined;
  return `src/${room.prefix} may not import ${typeOnly ? 'types of ' : ''}${specifier}`;
}

function mayFile(room: Room, target: string, typeOnly: boolean, lazy: boolean): boolean {
  if (lazy || typeOnly) {
    if (room.lazily?.some((prefix) => target.startsWith(prefix)) === true) return true;
  }
  const prefixes = [room.prefix, ...room.may, ...(typeOnly ? room.types : [])];
  return prefixes.some((prefix) => target.startsWith(`src/${prefix}`));
}

function mayPackage({ npm, node }: Room, path: string, specifier: string): boolean {
  if (FORBIDDEN.includes(specifier)) return false;
  if (specifier.startsWith('node:')) return node === 'any' || node.includes(specifier);
  // prom-client/lib/registry.js is prom-client; @scope/name is one name.
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  if (name === 'koffi' && !KOFFI_FILES.test(path)) return false;
  return npm.includes(name);
}

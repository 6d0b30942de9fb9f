// Which threads of a process are woken, and how often: the voluntary switches of each, told by what it does. Node 20
// gives its threads no names of their own; what a thread waits in says which it is. Numbers of system calls are those of
// this processor's kind; elsewhere the threads are only "other".

import { readdirSync, readFileSync } from 'node:fs';

export interface ThreadWakeUps {
  readonly thread: ThreadKind;
  /** Of all threads of the kind together. */
  readonly perSecond: number;
}

export type ThreadKind = 'supervisor' | 'event loop' | "V8's workers" | "libuv's pool" | 'other';

/** poll, ppoll and futex, by processor (unistd.h). */
const CALLS: Readonly<Record<string, { readonly poll: readonly number[]; readonly futex: number }>> = {
  x64: { poll: [7, 271], futex: 202 },
  arm64: { poll: [73], futex: 98 },
};

/** V8's threads are made before the first file is read, libuv's when it is: the first pool is V8's. */
const POOLS: readonly ThreadKind[] = ["V8's workers", "libuv's pool"];
/** The threads of a pool wait in one half or the other of the same condition variable. */
const CONDITION_BYTES = 8n;

/** Starts to count; the returned function says how often each kind was woken until then. */
export function watchThreads(pid: number): () => readonly ThreadWakeUps[] {
  const began = performance.now();
  const before = switches(pid);
  return () => {
    const seconds = (performance.now() - began) / 1_000;
    const kinds = kindsOf(pid);
    const counts = new Map<ThreadKind, number>();
    for (const [thread, count] of switches(pid)) {
      const kind = kinds.get(thread) ?? 'other';
      counts.set(kind, (counts.get(kind) ?? 0) + count - (before.get(thread) ?? 0));
    }
    return [...counts].map(([thread, count]) => ({ thread, perSecond: count / seconds }));
  };
}

function threadsOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).map(Number);
}

/** proc(5): how often each thread went to sleep, which is how often it had been woken. */
function switches(pid: number): ReadonlyMap<number, number> {
  return new Map(
    threadsOf(pid).map((thread) => {
      const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
      return [thread, Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1])];
    }),
  );
}

function kindsOf(pid: number): ReadonlyMap<number, ThreadKind> {
  const calls = CALLS[process.arch];
  const kinds = new Map<number, ThreadKind>([[pid, 'event loop']]);
  const pools = new Map<bigint, number[]>();
  for (const thread of threadsOf(pid).filter((thread) => thread !== pid)) {
    const [call = '', address = '0'] = readFileSync(`/proc/${pid}/task/${thread}/syscall`, 'utf8').split(' ');
    if (calls?.poll.includes(Number(call))) kinds.set(thread, 'supervisor');
    if (Number(call) !== calls?.futex) continue;
    const condition = BigInt(address) / CONDITION_BYTES;
    pools.set(condition, [...(pools.get(condition) ?? []), thread]);
  }
  // One thread alone is no pool: Node has such a one for its debugger.
  const several = [...pools.values()].filter(({ length }) => length > 1);
  for (const [index, threads] of several.entries()) {
    for (const thread of threads) kinds.set(thread, POOLS[index] ?? 'other');
  }
  return kinds;
}

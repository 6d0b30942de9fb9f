// What the kernel tells about a process and about listening, from /proc: CPU time, memory, children, and the counters
// of connections that the kernel itself turned away. Every reader gives undefined for what is not there (any more).

import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessFigures {
  /** User and system, all threads. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly threads: number;
  /** Processes that it has started and not yet reaped. */
  readonly children: number;
}

export interface ListenFigures {
  /** Connections that found the accept queue full. */
  readonly overflows: number;
  /** Those, and others that a listening socket dropped. */
  readonly drops: number;
}

/** Linux tells times in this unit to all programs, whatever its own clock. */
const TICKS_PER_SECOND = 100;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

export function processFigures(pid: number): ProcessFigures | undefined {
  // The name of the program stands in brackets and may hold anything.
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  if (fields === undefined || resident === undefined) return undefined;
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    memoryBytes: Number(resident) * 1_024,
    threads: Number(fields[17]),
    children: childrenOf(pid).length,
  };
}

/** Of all its threads: each knows the children that it has started itself. */
export function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) => childrenOfThread(pid, thread));
}

export function childrenOfThread(pid: number, thread: number): readonly number[] {
  const text = read(`/proc/${pid}/task/${thread}/children`) ?? '';
  return text.split(' ').filter(Boolean).map(Number);
}

export function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/** Where in the kernel the thread sleeps; undefined: it runs, or we may not know. */
export function sleepsIn(pid: number, thread: number): string | undefined {
  const text = read(`/proc/${pid}/task/${thread}/wchan`);
  return text === undefined || text === '0' ? undefined : text;
}

/** Whether the process has a handler for this signal: without one it would do nothing, or end the process. */
export function catches(pid: number, signal: number): boolean {
  const mask = /^SigCgt:\s+([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return mask !== undefined && (BigInt(`0x${mask}`) >> BigInt(signal - 1)) % 2n === 1n;
}

export function listenFigures(): ListenFigures | undefined {
  const [names, values] = (read('/proc/net/netstat') ?? '')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt: '))
    .map((line) => line.split(' '));
  const counterOf = (name: string) => Number(values?.[names?.indexOf(name) ?? -1]);
  const [overflows, drops] = [counterOf('ListenOverflows'), counterOf('ListenDrops')];
  return Number.isNaN(overflows) || Number.isNaN(drops) ? undefined : { overflows, drops };
}

/** How many descriptors this process may have open. */
export function descriptorLimit(): number {
  const soft = /^Max open files\s+(\S+)/m.exec(read('/proc/self/limits') ?? '')?.[1];
  return soft === undefined || soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

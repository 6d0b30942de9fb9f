// What the kernel counts of full accept queues, from /proc/net/netstat, for the whole network namespace: it has no such
// counter per socket. The file has pairs of lines: the names, then the numbers. Read at scrape time.

import { readFileSync } from 'node:fs';

export interface ListenTroubles {
  readonly overflows: number;
  readonly drops: number;
}

/** undefined where the file cannot be read or does not tell. */
export function readListenTroubles(): ListenTroubles | undefined {
  try {
    return listenTroubles(readFileSync('/proc/net/netstat', 'latin1'));
  } catch {
    return undefined;
  }
}

export function listenTroubles(text: string): ListenTroubles | undefined {
  const [names, numbers] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  const numberOf = (name: string) => Number(numbers?.[names?.indexOf(name) ?? -1]);
  const troubles = { overflows: numberOf('ListenOverflows'), drops: numberOf('ListenDrops') };
  return Number.isNaN(troubles.overflows + troubles.drops) ? undefined : troubles;
}

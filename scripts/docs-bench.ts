// Writes docs/generated/BENCH.md from the results that `npm run bench` kept in bench/results: no figure is typed by hand.

import { readFileSync } from 'node:fs';

export const path = 'docs/generated/BENCH.md';

interface Machine {
  readonly processors: number;
  readonly model: string;
  readonly node: string;
  readonly kernel: string;
  readonly loadAverage: number;
  readonly stealShare: number;
}

interface Spread {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  readonly samples: number;
}

interface Side {
  readonly cpuMsMedian: number;
  readonly cpuMsLeast: number;
  readonly cpuMsMost: number;
  readonly callMsMedian: number;
  readonly wallMsMedian: number;
}

interface Results {
  readonly spawn: {
    readonly machine: Machine;
    readonly rounds: number;
    readonly spawnsPerRound: number;
    readonly osSpawn: Side;
    readonly childProcessSpawn: Side;
    readonly ratio: { readonly cpu: number; readonly call: number; readonly wall: number };
  };
  readonly turn: {
    readonly machine: Machine;
    readonly rows: readonly {
      readonly workers: number;
      readonly wakeUs: Spread;
      readonly replaceUs: Spread;
    }[];
    readonly descriptorsPerWorker: number;
    readonly heapPerWorkerBytes: number;
    readonly wakeRatio: number;
    readonly replaceRatio: number;
  };
  readonly idle: {
    readonly machine: Machine;
    readonly seconds: number;
    readonly workers: number;
    readonly turnsPerSecond: number;
    readonly wakeUps: readonly { readonly thread: string; readonly perSecond: number }[];
    readonly cpuShare: number;
    readonly rssBytes: number;
    readonly rssPeakBytes: number;
    readonly pssBytes: number;
  };
  readonly 'sdk-startup': {
    readonly machine: Machine;
    readonly rounds: number;
    readonly bare: { readonly wallMs: Spread; readonly cpuMs: Spread };
    readonly koffi: { readonly wallMs: Spread; readonly cpuMs: Spread };
    readonly sdk: { readonly wallMs: Spread; readonly cpuMs: Spread };
    readonly addedByKoffi: { readonly wallMs: number; readonly cpuMs: number };
    readonly addedBySdk: { readonly wallMs: number; readonly cpuMs: number };
  };
}

function result<Name extends keyof Results>(name: Name): Results[Name] {
  const file = new URL(`../bench/results/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Results[Name];
}

const fixed = (value: number, digits: number) => value.toFixed(digits);
const megabytes = (bytes: number) => `${fixed(bytes / 1e6, 1)} MB`;
const range = ({ median, p10, p90 }: Spread, digits: number) =>
  `${fixed(median, digits)} (${fixed(p10, digits)}-${fixed(p90, digits)})`;
const met = (holds: boolean) => (holds ? 'met' : '**missed**');

function machineLine({ processors, model, node, kernel, loadAverage, stealShare }: Machine): string {
  const steal = fixed(stealShare * 100, 1);
  return `${processors} x ${model}, Linux ${kernel}, Node ${node}; load average ${fixed(loadAverage, 2)}, steal ${steal} %.`;
}

function spawnPart({
  machine,
  rounds,
  spawnsPerRound,
  osSpawn,
  childProcessSpawn,
  ratio,
}: Results['spawn']): string {
  const row = (name: string, side: Side) =>
    `| ${name} | ${fixed(side.cpuMsMedian, 3)} (${fixed(side.cpuMsLeast, 3)}-${fixed(side.cpuMsMost, 3)}) | ` +
    `${fixed(side.callMsMedian, 3)} | ${fixed(side.wallMsMedian, 3)} |\n`;
  return `## Master CPU per spawn

\`/bin/true\`, spawned and collected one after another; ${rounds} rounds of ${spawnsPerRound} spawns for each side, in turn.
Medians in milliseconds, least and most in brackets. "call" is how long the spawning thread is kept.

| | CPU | call | spawn to collected exit |
| --- | --- | --- | --- |
${row("the port's spawn", osSpawn)}${row('child_process.spawn', childProcessSpawn)}| ratio | ${fixed(ratio.cpu, 1)} | ${fixed(ratio.call, 1)} | ${fixed(ratio.wall, 1)} |

${machineLine(machine)}
`;
}

function turnPart({
  machine,
  rows,
  descriptorsPerWorker,
  heapPerWorkerBytes,
  ...ratios
}: Results['turn']): string {
  const table = rows.map(
    ({ workers, wakeUs, replaceUs }) =>
      `| ${workers.toLocaleString('en')} | ${range(wakeUs, 1)} | ${range(replaceUs, 0)} |\n`,
  );
  return `## Turn time against live workers

Sleeping workers on the real port. A turn that is only woken, measured turn about in one process; and one worker's end
with its replacement (told, collected, spawned anew), in a process of its own for each size. Medians in microseconds,
10th and 90th percentile in brackets.

| live workers | woken turn | end and replacement |
| --- | --- | --- |
${table.join('')}| ratio, most to fewest | ${fixed(ratios.wakeRatio, 2)} | ${fixed(ratios.replaceRatio, 2)} |

The woken turn is the core's own cost: it does not grow. What grows in the replacement is the kernel's: fork copies the
master's table of descriptors, and the child closes the copies (here ${descriptorsPerWorker} per worker; the limit of descriptors of the
machine decides whether a sleeper keeps its channel and outputs open). A worker's record takes ${fixed(heapPerWorkerBytes, 0)} bytes of heap.

${machineLine(machine)}
`;
}

function idlePart(idle: Results['idle']): string {
  const all = idle.wakeUps.reduce((sum, { perSecond }) => sum + perSecond, 0);
  return `## A master at rest

Three services with ${idle.workers} sleeping workers in all, left alone for ${idle.seconds} s.

| | measured | goal | |
| --- | --- | --- | --- |
| turns of the supervisor per second | ${fixed(idle.turnsPerSecond, 2)} | at most 1 | ${met(Number(fixed(idle.turnsPerSecond, 2)) <= 1)} |
| resident memory | ${megabytes(idle.rssBytes)} | under 80 MB | ${met(idle.rssBytes < 80e6)} |
| its peak | ${megabytes(idle.rssPeakBytes)} | | |
| proportional share of it (Pss) | ${megabytes(idle.pssBytes)} | | |
| CPU | ${fixed(idle.cpuShare * 100, 2)} % of one processor | | |
| voluntary context switches per second, all threads | ${fixed(all, 1)} | | |

The supervisor makes its one heartbeat a second. The other switches are those of Node's event loop, its thread pool and
V8's own threads.

${machineLine(idle.machine)}
`;
}

function sdkPart({ machine, rounds, bare, koffi, sdk, ...added }: Results['sdk-startup']): string {
  const row = (name: string, { wallMs, cpuMs }: typeof bare) =>
    `| ${name} | ${range(wallMs, 1)} | ${range(cpuMs, 1)} |\n`;
  const { addedByKoffi, addedBySdk } = added;
  return `## What the worker SDK adds to Node's start-up

From spawn to the first message on the status channel; ${rounds} rounds, in turn. Medians in milliseconds, 10th and 90th
percentile in brackets; CPU of all threads of the worker.

| program | wall | CPU |
| --- | --- | --- |
${row('bare Node listener', bare)}${row('the same, with koffi', koffi)}${row('SDK worker', sdk)}| added by koffi | ${fixed(addedByKoffi.wallMs, 1)} | ${fixed(addedByKoffi.cpuMs, 1)} |
| added by the SDK in all | ${fixed(addedBySdk.wallMs, 1)} | ${fixed(addedBySdk.cpuMs, 1)} |

${machineLine(machine)}
`;
}

export function generate(): string {
  return `<!-- Made by scripts/docs-bench.ts from bench/results. Do not edit. -->

# Benchmarks

\`npm run bench\` measures, \`npm run docs\` makes this page of what it kept in \`bench/results\`. Both sides of a
comparison run in the same run, in turn. Machines are shared: quote ratios and medians.

${spawnPart(result('spawn'))}
${turnPart(result('turn'))}
${idlePart(result('idle'))}
${sdkPart(result('sdk-startup'))}`;
}

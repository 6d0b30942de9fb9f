// Runs the load generator and returns what it measured. Called by the benchmarks of bench/node.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadResult } from './order.ts';

const PROGRAM = fileURLToPath(new URL('./main.js', import.meta.url));
/** Beyond the load and the last answer: its own start, and the printing. */
const AFTERWARDS_MS = 20_000;

export function load(order: LoadOrder): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: order.ms + order.answerLimitMs + AFTERWARDS_MS,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(said) as LoadResult);
      else reject(new Error(`the load generator ended with ${code ?? signal}`));
    });
  });
}

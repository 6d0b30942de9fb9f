// How heavy is the status page? Every file of it, as it is served: bytes as they are and compressed, as a browser gets them
// the first time; afterwards it keeps them. Bytes only, nothing is timed. Prints JSON.

import { loadAssets } from '../../src/plane/http/assets.ts';
import { type Machine, watchMachine } from '../lib/statistics.ts';

export interface PageWeightResult {
  readonly name: 'page-weight';
  readonly machine: Machine;
  readonly files: readonly FileWeight[];
}

interface FileWeight {
  /** `/` is the page itself. */
  readonly name: string;
  readonly bytes: number;
  /** As it is sent to who takes gzip; of small files the same. */
  readonly sentBytes: number;
}

const machine = watchMachine();
const assets = await loadAssets();

async function textOf(path: string): Promise<string> {
  return String((await assets(path, false))?.body ?? '');
}

/** All that the page names, and what that imports. */
async function pathsFrom(path: string): Promise<string[]> {
  const found = [path];
  for (const one of found) {
    const folder = one.slice(0, one.lastIndexOf('/') + 1);
    const text = await textOf(one);
    const named = [...text.matchAll(/(?:href|src)="(page\/[^"]+)"/g)].map(([, name]) => `/${name}`);
    const imported = [...text.matchAll(/from '\.\/([a-z-]+\.js)'/g)].map(([, name]) => `${folder}${name}`);
    for (const next of [...named, ...imported]) if (!found.includes(next)) found.push(next);
  }
  return found;
}

async function weightOf(path: string): Promise<FileWeight> {
  const [plain, sent] = [await assets(path, false), await assets(path, true)];
  if (plain === undefined || sent === undefined) throw new Error(`${path} is named, and not served`);
  const name = path === '/' ? path : path.slice(path.lastIndexOf('/') + 1);
  return { name, bytes: Buffer.byteLength(plain.body), sentBytes: Buffer.byteLength(sent.body) };
}

const files = await Promise.all((await pathsFrom('/')).map(weightOf));
const result: PageWeightResult = { name: 'page-weight', machine: machine(), files };
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);

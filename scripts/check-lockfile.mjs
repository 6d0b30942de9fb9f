// Guards what is installed: exact versions in package.json, and nothing in package-lock.json that is known to be
// compromised or not to run here (docs/adr/0002-node-ipc.md, docs/adr/0004-dependencies.md). Run by CI before the
// tests; prints each finding, exit 1 when there is one. Argument: another folder than this repository.

import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Packages of which only one version is allowed. */
const PINNED = new Map([
  // 10.1.1-10.1.3, 9.2.2 and 11.x carry a file wiper or protestware, 9.1.6, 9.2.3 and 12.0.1 steal credentials, and
  // no version but this one, which was read through, survives hostile input.
  ['node-ipc', { version: '14.0.0', why: 'the only version that was read through' }],
  ['imapflow', { version: '2.1.2', why: 'later ones do not install' }],
]);
const BANNED = new Map([
  ['peacenotwar', 'writes files into the home directory: it came with compromised versions of node-ipc'],
]);
/** Versions that do not run on our floor, Node 20.19, or not without an install script that npm 11 skips. */
const REJECTED = [
  { name: 'commander', from: 15, why: 'needs Node 22' },
  { name: 'better-sqlite3', from: 13, why: 'crashes on Node 20' },
  { name: 'better-sqlite3', from: 12, why: 'needs an install script' },
  { name: 'prom-client', from: 16, why: '15 is the last line that supports Node 20' },
];
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** What is wrong with these two files, as sentences. */
export function lockfileTroubles(manifest, lockfile) {
  return [...rangesIn(manifest), ...Object.entries(lockfile.packages ?? {}).flatMap(judge)];
}

function rangesIn(manifest) {
  return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {})
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => `package.json: ${kind} ${name} "${version}" is no exact version`),
  );
}

function judge([place, { name: alias, version, resolved }]) {
  if (place === '') return [];
  // An alias ("x": "npm:node-ipc@9") is installed under one name and is another package.
  const name = alias ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const says = (why) => [`package-lock.json: ${place} is ${name} ${version}: ${why}`];
  if (BANNED.has(name)) return says(BANNED.get(name));
  const pin = PINNED.get(name);
  if (pin && version !== pin.version) return says(`must be ${pin.version}: ${pin.why}`);
  const rejected = REJECTED.find((one) => one.name === name && Number.parseInt(version, 10) >= one.from);
  if (rejected) return says(rejected.why);
  return resolved && !resolved.startsWith('https://registry.npmjs.org/')
    ? says(`comes from ${resolved}`)
    : [];
}

function main(folder) {
  const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const troubles = lockfileTroubles(read('package.json'), read('package-lock.json'));
  for (const trouble of troubles) console.error(trouble);
  if (troubles.length === 0) console.log('package-lock.json: nothing rejected');
  return troubles.length === 0 ? 0 : 1;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = main(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));

// The files of the status page, read once and served from memory. Their paths hold a hash of all of them, so that a
// browser keeps them for ever, and a page never mixes two versions. Read by page.ts when HTTP is opened: an upgrade on
// the disk does not change the page of a master that runs.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from './routes.ts';

/** Beside this folder, in src and in dist. */
const FOLDER = fileURLToPath(new URL('../page/', import.meta.url));

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** Every file of the page but its HTML, by name. */
const ASSETS: Readonly<Record<string, string>> = {
  'main.js': SCRIPT,
  'banner.js': SCRIPT,
  'charts.js': SCRIPT,
  'details.js': SCRIPT,
  'dom.js': SCRIPT,
  'facts.js': SCRIPT,
  'live.js': SCRIPT,
  'row.js': SCRIPT,
  'table.js': SCRIPT,
  'timings.js': SCRIPT,
  'words.js': SCRIPT,
  'page.css': STYLE,
  'icon.svg': 'image/svg+xml',
  'uplot.js': SCRIPT,
  'uplot.css': STYLE,
};

/** Those that come from a package. */
const OF_PACKAGES: Readonly<Record<string, string>> = {
  'uplot.js': 'uplot/dist/uPlot.iife.min.js',
  'uplot.css': 'uplot/dist/uPlot.min.css',
};

/** Nothing but what we serve ourselves, nothing inline, in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HTML_HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** A year, as long as caches keep anything. */
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable' };

/** What is smaller gains nothing. */
const COMPRESSED_FROM_BYTES = 512;

export type Assets = (path: string, acceptsGzip: boolean) => Promise<Page> | undefined;

export async function loadAssets(): Promise<Assets> {
  const names = Object.keys(ASSETS);
  const texts = await Promise.all(names.map((name) => readFile(fileOf(name))));
  const html = await readFile(join(FOLDER, 'index.html'), 'utf8');
  const hash = createHash('sha256');
  for (const text of [...texts, html]) hash.update(text);
  const folder = `page/${hash.digest('hex').slice(0, 16)}`;
  const pages = new Map<string, Compressible>([
    [
      '/',
      compressible(
        Buffer.from(html.replaceAll('{{folder}}', folder)),
        'text/html; charset=utf-8',
        HTML_HEADERS,
      ),
    ],
  ]);
  names.forEach((name, index) => {
    const text = texts[index] ?? Buffer.alloc(0);
    pages.set(`/${folder}/${name}`, compressible(text, ASSETS[name] ?? '', FOR_EVER));
  });
  return (path, acceptsGzip) => pages.get(path)?.(acceptsGzip);
}

function fileOf(name: string): string {
  const packaged = OF_PACKAGES[name];
  return packaged === undefined ? join(FOLDER, name) : createRequire(import.meta.url).resolve(packaged);
}

type Compressible = (acceptsGzip: boolean) => Promise<Page>;

function compressible(body: Buffer, contentType: string, headers: Page['headers'] = {}): Compressible {
  let zipped: Promise<Buffer> | undefined;
  const plain: Page = { status: 200, contentType, body, headers: { ...headers, vary: 'accept-encoding' } };
  return async (acceptsGzip) => {
    if (!acceptsGzip || body.length < COMPRESSED_FROM_BYTES) return plain;
    zipped ??= compress(body);
    return { ...plain, body: await zipped, headers: { ...plain.headers, 'content-encoding': 'gzip' } };
  };
}

/** zlib takes memory that a master at which nobody looks need not have. */
async function compress(body: Buffer): Promise<Buffer> {
  const { gzip } = await import('node:zlib');
  return new Promise((resolve, reject) => {
    gzip(body, { level: 9 }, (error, zipped) => (error === null ? resolve(zipped) : reject(error)));
  });
}

// postal-mime, loaded when a client first asks for what needs it: a worker that only says hello starts faster.

import { createRequire } from 'node:module';
import type PostalMime from 'postal-mime';
import type { addressParser, decodeWords } from 'postal-mime';

interface Mime {
  readonly addressParser: typeof addressParser;
  readonly decodeWords: typeof decodeWords;
  readonly default: typeof PostalMime;
}

let loaded: Mime | undefined;

export function lazyMime(): Mime {
  loaded ??= createRequire(import.meta.url)('postal-mime') as Mime;
  return loaded;
}

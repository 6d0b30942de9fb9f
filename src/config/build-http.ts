// The entry `http` of MASTER -> where the pages are served, and who may read them. An address that others than this machine
// can reach is refused unless something protects it, or the file says that nothing shall; so is a file that is not there.
// Called by build-master.ts.

import { resolve } from 'node:path';
import { isLoopback } from '../lib/loopback.ts';
import { findPort, splitHostAndPort } from './listen.ts';
import type { EntryReader } from './read.ts';
import { HTTP_OPEN } from './schema.ts';
import type { HttpSettings, Settings } from './settings.ts';
import type { FileKind, World } from './world.ts';

const OPEN_HINT =
  'set token=FILE, or certificate=FILE key=FILE; open=yes if whoever reaches it may read everything';

export function readHttp(reader: EntryReader, world: World): Pick<Settings, 'http'> {
  const written = reader.text('listen');
  if (written?.text === 'off') return {};
  const text = written?.text ?? '127.0.0.1:9464';
  const form = splitHostAndPort(text);
  const port = form.ok ? findPort(form.value.port, 'tcp', world.services) : form;
  if (!port.ok) reader.notes.error(reader.place('listen'), port.error.message, port.error.hint);
  if (!form.ok || !port.ok) return {};
  const open = reader.choice('open', HTTP_OPEN) === 'yes';
  const where = { host: form.value.host ?? '127.0.0.1', port: port.value };
  const http = { ...where, ...readProtection(reader, world), ...(open ? { open } : {}) };
  if (!open && !isLoopback(http.host) && http.tokenFile === undefined && http.tls === undefined) {
    const message = `others than this machine can reach "${text}", and nothing protects it`;
    reader.notes.error(reader.place('listen'), message, OPEN_HINT);
  }
  return { http };
}

function readProtection(reader: EntryReader, world: World): Pick<HttpSettings, 'tokenFile' | 'tls'> {
  const file = (key: string) => {
    const given = reader.text(key);
    return given && resolve(world.cwd, given.text);
  };
  const [tokenFile, certificateFile, keyFile] = ['token', 'certificate', 'key'].map(file);
  if (certificateFile !== undefined && keyFile === undefined)
    reader.notes.error(reader.place('certificate'), 'certificate= needs key=');
  if (keyFile !== undefined && certificateFile === undefined)
    reader.notes.error(reader.place('key'), 'key= needs certificate=');
  return {
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(certificateFile === undefined || keyFile === undefined ? {} : { tls: { certificateFile, keyFile } }),
  };
}

const FILE_KEYS = ['token', 'certificate', 'key'] as const;
const NO_FILE: Partial<Record<FileKind, string>> = { missing: 'does not exist', directory: 'is a directory' };

/** Nobody could get in by a token that is not there. Whether it may be read is seen by who serves the pages. */
export async function checkHttpFiles(reader: EntryReader, world: World): Promise<void> {
  for (const key of FILE_KEYS) {
    const given = reader.text(key);
    if (given === undefined) continue;
    const path = resolve(world.cwd, given.text);
    const problem = NO_FILE[await world.fileKind(path)];
    if (problem !== undefined)
      reader.notes.error(reader.place(key), `${key}= names ${path}, which ${problem}`);
  }
}

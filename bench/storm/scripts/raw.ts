// Any protocol: what is sent (nothing, when the server speaks first), and a pattern that its answer must match. An
// answer that does not match is wrong when the server closes; until then, more may come. See script.ts.

import { err, ok, type Result } from '../../../src/lib/result.ts';
import { right, type Script, wrong } from './script.ts';

export interface RawWishes {
  readonly send: string;
  readonly expect: RegExp;
}

export function rawScript({ send, expect }: RawWishes): Script {
  return {
    steps: [
      {
        name: 'answer',
        send,
        judge: (received, ended) => {
          if (expect.test(received)) return right(received.length);
          return ended && received !== '' ? wrong('answer', received) : undefined;
        },
      },
    ],
  };
}

export function parsePattern(text: string): Result<RegExp, string> {
  try {
    return ok(new RegExp(text, 's'));
  } catch (error) {
    return err((error as Error).message);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };

/** Backslash escapes, as printf(1) has them: \r \n \t \0 \\ \xHH. The outcome is sent byte for byte. */
export function parseBytes(text: string): Result<string, string> {
  let mistake: string | undefined;
  const bytes = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/\\(x[0-9a-fA-F]{2}|[\s\S]|$)/g, (whole, what: string) => {
      if (what.length === 3) return String.fromCharCode(Number.parseInt(what.slice(1), 16));
      const meant = ESCAPES[what];
      if (meant === undefined) mistake = `"${whole}" is no escape; there are \\r \\n \\t \\0 \\\\ \\xHH`;
      return meant ?? '';
    });
  return mistake === undefined ? ok(bytes) : err(mistake);
}

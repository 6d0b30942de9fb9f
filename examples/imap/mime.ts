// The MIME parts of a message, as places in its bytes: what FETCH BODY[1.2] cuts out and BODYSTRUCTURE describes.
// Never fails: what is malformed becomes a plain part. Depth and number of parts are limited, the rest stays unparsed.

import {
  fieldValue,
  type HeaderField,
  type ParameterizedValue,
  parameterized,
  parseHeader,
} from './headers.ts';

const DEPTH_MAX = 16;
const PARTS_MAX = 500;

export interface Part {
  readonly fields: readonly HeaderField[];
  /** Offsets in the message: header, then body, up to `end`. */
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly disposition: ParameterizedValue | undefined;
  /** Parts of a multipart. */
  readonly children: readonly Part[];
  /** The message inside a message/rfc822. */
  readonly message: Part | undefined;
}

export function parseMessage(bytes: Buffer): Part {
  // latin1 keeps one character per byte, so that places in the text are places in the bytes.
  return parsePart({ text: bytes.toString('latin1'), parts: 0 }, 0, bytes.length, 0, 'text/plain');
}

interface Source {
  readonly text: string;
  parts: number;
}

function parsePart(source: Source, start: number, end: number, depth: number, typeDefault: string): Part {
  source.parts += 1;
  const bodyStart = bodyAt(source.text, start, end);
  const fields = parseHeader(source.text.slice(start, bodyStart));
  const content = parameterized(fieldValue(fields, 'content-type') ?? typeDefault);
  const [type, subtype] = /^[^/\s]+\/[^/\s]+$/.test(content.value)
    ? content.value.split('/')
    : ['text', 'plain'];
  const disposition = fieldValue(fields, 'content-disposition');
  const mayNest = depth < DEPTH_MAX && source.parts < PARTS_MAX;
  const boundary = type === 'multipart' ? content.parameters.get('boundary') : undefined;
  const childDefault = subtype === 'digest' ? 'message/rfc822' : 'text/plain';
  const isMessage = type === 'message' && subtype === 'rfc822' && mayNest;
  const children =
    boundary && mayNest
      ? spans(source.text, bodyStart, end, boundary)
          .slice(0, PARTS_MAX)
          .map(([from, to]) => parsePart(source, from, to, depth + 1, childDefault))
      : [];
  return {
    fields,
    start,
    bodyStart,
    end,
    // A multipart without parts cannot be described as one.
    type: type === 'multipart' && children.length === 0 ? 'text' : (type as string),
    subtype: type === 'multipart' && children.length === 0 ? 'plain' : (subtype as string),
    parameters: content.parameters,
    disposition: disposition === undefined ? undefined : parameterized(disposition),
    children,
    message: isMessage ? parsePart(source, bodyStart, end, depth + 1, 'text/plain') : undefined,
  };
}

/** Where the body begins: after the first empty line. */
function bodyAt(text: string, start: number, end: number): number {
  if (text.startsWith('\r\n', start)) return Math.min(start + 2, end);
  const empty = text.indexOf('\r\n\r\n', start);
  return empty < 0 || empty + 4 > end ? end : empty + 4;
}

/** The places of the parts between the boundary lines. The line end before a boundary belongs to the boundary. */
function spans(text: string, start: number, end: number, boundary: string): [number, number][] {
  const found: [number, number][] = [];
  let open: number | undefined;
  for (let at = start; at < end; at = nextLine(text, at)) {
    const mark = boundaryAt(text, at, boundary);
    if (mark === undefined) continue;
    if (open !== undefined) found.push([open, Math.max(open, at - 2)]);
    if (mark === 'last') return found;
    open = nextLine(text, at);
  }
  if (open !== undefined && open <= end) found.push([open, end]);
  return found;
}

function boundaryAt(text: string, at: number, boundary: string): 'next' | 'last' | undefined {
  if (!text.startsWith(`--${boundary}`, at)) return undefined;
  const rest = text.slice(at + 2 + boundary.length, nextLine(text, at)).trimEnd();
  if (rest === '') return 'next';
  return rest === '--' ? 'last' : undefined;
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

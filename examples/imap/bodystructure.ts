// BODYSTRUCTURE and BODY (RFC 3501, 7.4.2): the shape of a message, with or without the extension data.

import { envelope } from './envelope.ts';
import { fieldValue } from './headers.ts';
import type { Part } from './mime.ts';
import { quote, quoteParameters } from './quote.ts';

export function bodyStructure(bytes: Buffer, part: Part, extended: boolean): string {
  return part.children.length > 0 ? multipart(bytes, part, extended) : single(bytes, part, extended);
}

function multipart(bytes: Buffer, part: Part, extended: boolean): string {
  const children = part.children.map((child) => bodyStructure(bytes, child, extended)).join('');
  const extension = extended ? ` ${quoteParameters(part.parameters)} ${tail(part)}` : '';
  return `(${children} ${quote(part.subtype.toUpperCase())}${extension})`;
}

function single(bytes: Buffer, part: Part, extended: boolean): string {
  const words = [
    quote(part.type.toUpperCase()),
    quote(part.subtype.toUpperCase()),
    quoteParameters(part.parameters),
    quote(fieldValue(part.fields, 'content-id')),
    quote(fieldValue(part.fields, 'content-description')),
    quote((fieldValue(part.fields, 'content-transfer-encoding') ?? '7bit').toUpperCase()),
    String(part.end - part.bodyStart),
  ];
  if (part.message) words.push(envelope(part.message.fields), bodyStructure(bytes, part.message, extended));
  if (part.message || part.type === 'text') words.push(String(lines(bytes, part)));
  if (extended) words.push(quote(fieldValue(part.fields, 'content-md5')), tail(part));
  return `(${words.join(' ')})`;
}

/** Disposition, language, location. */
function tail({ disposition, fields }: Part): string {
  const words =
    disposition && `(${quote(disposition.value.toUpperCase())} ${quoteParameters(disposition.parameters)})`;
  const language = fieldValue(fields, 'content-language');
  return `${words ?? 'NIL'} ${quote(language)} ${quote(fieldValue(fields, 'content-location'))}`;
}

function lines(bytes: Buffer, part: Part): number {
  let count = 0;
  for (
    let at = bytes.indexOf(0x0a, part.bodyStart);
    at >= 0 && at < part.end;
    at = bytes.indexOf(0x0a, at + 1)
  ) {
    count += 1;
  }
  return count;
}

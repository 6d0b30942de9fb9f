// Header fields as they stand in the message: raw bytes (latin1) for FETCH BODY[HEADER...], unfolded values for the rest.

export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** With its line end and all folded lines. */
  readonly raw: string;
  /** Unfolded, trimmed, not decoded. */
  readonly value: string;
}

export interface ParameterizedValue {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const FIELD = /^[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*/gm;
const PARAMETER = /;\s*([^\s=;]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;]*))/g;

/** The fields of a header block; its closing empty line and lines without a colon are left out. */
export function parseHeader(block: string): HeaderField[] {
  return (block.match(FIELD) ?? []).flatMap((raw) => {
    const colon = raw.indexOf(':');
    if (colon < 1) return [];
    const value = raw.slice(colon + 1).replace(/\r\n(?=[ \t])/g, '');
    return [{ name: raw.slice(0, colon).trim().toLowerCase(), raw, value: value.trim() }];
  });
}

export function fieldValue(fields: readonly HeaderField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

/** `text/plain; charset="utf-8"`: the value in lower case, the parameters as they are. */
export function parameterized(text: string): ParameterizedValue {
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of text.matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain);
  }
  const [value = ''] = text.split(';', 1);
  return { value: value.trim().toLowerCase(), parameters };
}

// Reads one IMAP command, word by word (RFC 3501, formal syntax). The text is latin1, one character per byte, with
// literals in place: "{5}\r\nhello". Whatever does not fit the grammar throws SyntaxProblem, which becomes a tagged BAD.

export class SyntaxProblem extends Error {}

export type NumberRange = readonly [first: number, last: number];

// Positive lists, so that controls and bytes above ASCII never pass. "%" and "*" only in list patterns.
const ATOM = /[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+/y;
/** Of FETCH and SEARCH: ends before "[" and "(". */
const KEYWORD = /[A-Za-z0-9.]+/y;
const ASTRING = /[!#$&'+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+/y;
const LIST_PATTERN = /[!#$%&'*+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+/y;
const QUOTED = /"((?:[^"\\\r\n]|\\["\\])*)"/y;
const LITERAL = /\{(\d+)\+?\}\r\n/y;
const BASE64 = /[A-Za-z0-9+/=]+/y;
const NUMBER = /\d{1,10}/y;
const SEQUENCE_SET = /[0-9*:,]+/y;
const LARGEST = 0xffffffff;

export class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** True, and past it, when `text` is next, in any case. */
  accept(text: string): boolean {
    const found = this.#text.slice(this.#at, this.#at + text.length);
    if (found.toUpperCase() !== text.toUpperCase()) return false;
    this.#at += text.length;
    return true;
  }

  /** True when `text` is next; stays before it. */
  sees(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(`${text === ' ' ? 'a space' : `"${text}"`} expected`);
  }

  space(): void {
    this.expect(' ');
  }

  end(): void {
    if (!this.atEnd) this.fail('too many arguments');
  }

  fail(problem: string): never {
    throw new SyntaxProblem(`${problem} at character ${this.#at + 1}`);
  }

  atom(): string {
    return this.#match(ATOM)?.[0] ?? this.fail('a word expected');
  }

  /** In upper case. */
  keyword(): string {
    return this.#match(KEYWORD)?.[0].toUpperCase() ?? this.fail('a word expected');
  }

  base64(): string {
    return this.#match(BASE64)?.[0] ?? this.fail('base64 expected');
  }

  number(): number {
    return Number(this.#match(NUMBER)?.[0] ?? this.fail('a number expected'));
  }

  get seesSequenceSet(): boolean {
    return /[0-9*]/.test(this.#text.charAt(this.#at));
  }

  /** A quoted string or a literal, as bytes in latin1; undefined when neither is next. */
  string(): string | undefined {
    const quoted = this.#match(QUOTED);
    if (quoted) return quoted[1]?.replace(/\\(.)/g, '$1');
    const literal = this.#match(LITERAL);
    if (!literal) return undefined;
    const start = this.#at;
    this.#at += Number(literal[1]);
    if (this.#at > this.#text.length) this.fail('literal cut short');
    return this.#text.slice(start, this.#at);
  }

  astring(): string {
    return this.string() ?? this.#match(ASTRING)?.[0] ?? this.fail('a string expected');
  }

  listPattern(): string {
    return this.string() ?? this.#match(LIST_PATTERN)?.[0] ?? this.fail('a pattern expected');
  }

  /** "(" one or more, separated by spaces ")". */
  list<T>(one: () => T): T[] {
    this.expect('(');
    const items = [one()];
    while (this.accept(' ')) items.push(one());
    this.expect(')');
    return items;
  }

  /** 1:3,7,10:*  -- "*" stands for the largest number in use. */
  sequenceSet(): NumberRange[] {
    const text = this.#match(SEQUENCE_SET)?.[0] ?? this.fail('a sequence set expected');
    return text.split(',').map((range) => {
      const [first = '', last = first, ...more] = range.split(':');
      if (more.length > 0) this.fail('bad sequence set');
      return [this.#sequenceNumber(first), this.#sequenceNumber(last)] as const;
    });
  }

  #sequenceNumber(text: string): number {
    if (text === '*') return Number.POSITIVE_INFINITY;
    const value = Number(text);
    if (text === '' || !(value >= 1 && value <= LARGEST)) this.fail('bad sequence set');
    return value;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match ?? undefined;
  }
}

/** Is `number` in `ranges`, when `largest` is the largest in use? A range may be written backwards. */
export function inRanges(ranges: readonly NumberRange[], number: number, largest: number): boolean {
  const known = (end: number) => (end === Number.POSITIVE_INFINITY ? largest : end);
  return ranges.some(([one, other]) => {
    const [first, last] = [known(one), known(other)];
    return number >= Math.min(first, last) && number <= Math.max(first, last);
  });
}

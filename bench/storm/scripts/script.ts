// What a protocol script is: steps, each of which sends something and judges what comes. The first step is the
// greeting, whoever speaks first; its answer is what a client waits for. Scripts know bytes, never sockets or time.
// Implemented by the other files of scripts/, walked by load/visit.ts.

export interface Step {
  /** For a person: `greeting`, `LOGIN`. */
  readonly name: string;
  /** Sent when the step begins; empty when the server speaks first. */
  readonly send: string;
  /**
   * Judges what has come since the step began, as latin1 text. undefined: more must come. `ended`: nothing will.
   */
  judge(received: string, ended: boolean): Judgement | undefined;
}

export type Judgement =
  /** Right; so many characters of it belong to this step. */
  { readonly right: true; readonly length: number } | { readonly right: false; readonly says: string };

export interface Script {
  /** At least one. */
  readonly steps: readonly Step[];
  /** How a client of this protocol takes its leave; without it, it just goes. */
  readonly goodBye?: Step;
}

/** A client's script; most protocols have one for all. */
export type ScriptFor = (client: number) => Script;

export const CRLF = '\r\n';

/** Of what a server has said, in the reason that a report counts. */
const QUOTED_CHARACTERS_MAX = 80;

export function right(length: number): Judgement {
  return { right: true, length };
}

export function wrong(step: string, received: string): Judgement {
  const line = received.split('\n')[0]?.trimEnd() ?? '';
  return { right: false, says: `${step}: ${line.slice(0, QUOTED_CHARACTERS_MAX)}` };
}

/** The end of the first line, its line end included; 0: it has not come as a whole. */
export function lineEnd(text: string, from = 0): number {
  return text.indexOf('\n', from) + 1;
}

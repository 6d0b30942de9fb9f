// The readable trace of a run: virtual time, turn, what happened. Facts of the core are told in the words of the log.
// Keeps the last lines only, or hands each on as it comes. Called by run.ts; never called when nobody reads.

import type { Command, Reply } from '../../src/core/commands.ts';
import type { Fact } from '../../src/core/facts.ts';
import { rowOf } from '../../src/plane/logs/event-table.ts';

const TIME_WIDTH = 12;
const TURN_WIDTH = 6;

/** '  12345.678 #  42  core: imap/ipv4[17] spawned'. */
export function lineOf(atMs: number, turn: number, says: string): string {
  return `${atMs.toFixed(3).padStart(TIME_WIDTH)} #${String(turn).padEnd(TURN_WIDTH)} ${says}`;
}

export function factText(fact: Fact): string {
  return `core: ${fact.kind}: ${rowOf(fact).text(fact)}`;
}

export function commandText({ kind, id, ...rest }: Command): string {
  const about = 'spec' in rest ? specText(rest.spec) : JSON.stringify(rest);
  return `operator: ${kind} (command ${id}) ${about}`;
}

function specText({ services, daemons, events }: Extract<Command, { kind: 'reload' }>['spec']): string {
  const listed = services.map(
    ({ name, listen, prefork, maxchild, maxforkrate }) =>
      `${name} at ${listen} prefork=${prefork} maxchild=${maxchild} maxforkrate=${maxforkrate}`,
  );
  return [...listed, ...[...daemons, ...events].map(({ name }) => name)].join('; ');
}

export function replyText(reply: Reply): string {
  return `core: command ${reply.id} is ${reply.ok ? 'done' : `refused: ${reply.error}`}`;
}

/** The last `most` of all lines. */
export function tail(most: number): { readonly add: (line: string) => void; lines(): readonly string[] } {
  let lines: string[] = [];
  return {
    add: (line) => {
      lines.push(line);
      if (lines.length >= 2 * most) lines = lines.slice(-most);
    },
    lines: () => lines.slice(-most),
  };
}

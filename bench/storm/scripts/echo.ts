// A service that sends back what it gets. Every client sends a line of its own, so that an answer which belongs to
// another client is seen. See script.ts.

import { right, type Script, wrong } from './script.ts';

export function echoScript(client: number): Script {
  const line = `storm ${client} says hello\r\n`;
  return {
    steps: [
      {
        name: 'echo',
        send: line,
        judge: (received) => {
          if (received.length < line.length && line.startsWith(received)) return undefined;
          return received.startsWith(line) ? right(line.length) : wrong('echo', received);
        },
      },
    ],
  };
}

// A service that sends back what it gets. Every client sends a line of its own, so that an answer which belongs to
// another client is seen. Lines that the service says of its own accord (a greeting) are passed over. See script.ts.

import { CRLF, lineEnd, right, type Script, wrong } from './script.ts';

const ANY_OF_OURS = /^storm \d+ says hello\r\n/;

export function echoScript(client: number): Script {
  const line = `storm ${client} says hello${CRLF}`;
  return {
    steps: [
      {
        name: 'echo',
        send: line,
        judge: (received) => {
          for (let from = 0, end = lineEnd(received); end > 0; from = end, end = lineEnd(received, from)) {
            const said = received.slice(from, end);
            if (said === line) return right(end);
            if (ANY_OF_OURS.test(said)) return wrong('echo', said);
          }
          return undefined;
        },
      },
    ],
  };
}

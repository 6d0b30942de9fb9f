// A reporter of node:test that keeps only the summary (tests, pass, fail, skipped, ...): scripts/test.mjs prints it
// last when tests have failed.

export default async function* tally(events) {
  for await (const { type, data } of events) {
    const summary =
      type === 'test:diagnostic' &&
      data.nesting === 0 &&
      /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(data.message);
    if (summary) yield `ℹ ${data.message}\n`;
  }
}

// Every alert has a section in the runbook that says what to type, every section an alert; each alert asks for metrics
// that exist, and is told in two stories: one in which it fires, one in which it keeps silent.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { RECORDINGS } from '../../scripts/alerts/recordings.ts';
import { runbookOf } from '../../scripts/alerts/write.ts';
import { ALERTS } from '../../scripts/docs-alerts.ts';
import { processOutput } from '../../src/cli/output.ts';
import { runCli } from '../../src/cli/program.ts';
import { wrongMetrics } from './support/metrics-asked.ts';
import { ROOT } from './support/tree.ts';

const RUNBOOK = readFileSync(`${ROOT}docs/RUNBOOK.md`, 'utf8');
const STORIES = readFileSync(`${ROOT}grafana/prometheus/tests.yml`, 'utf8');
const SECTIONS = new Map(
  RUNBOOK.split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);
/** Verbs that the runbook tells to type. */
const VERBS = new Set([...RUNBOOK.matchAll(/^preforkd ([a-z]+)/gm)].map(([, verb = '']) => verb));

describe('the runbook', () => {
  test('has a section for each alert, and no other', () => {
    assert.deepEqual([...SECTIONS.keys()].sort(), ALERTS.map(({ name }) => name).sort());
  });

  test('says in each what to type', () => {
    const silent = [...SECTIONS].filter(([, text]) => !/^```\n[^`]+^```$/m.test(text));
    assert.deepEqual(silent, []);
  });

  test('is found by what the alert says', () => {
    for (const alert of ALERTS) {
      const [file = '', anchor] = runbookOf(alert).split('#');
      const headlines = [...readFileSync(ROOT + file, 'utf8').matchAll(/^## (.+)$/gm)];
      assert.ok(
        headlines.some(([, headline = '']) => headline.toLowerCase() === anchor),
        anchor,
      );
    }
  });

  test('tells to type verbs that there are', async () => {
    assert.ok(VERBS.size > 5, 'the verbs were found');
    const unknown: string[] = [];
    for (const verb of VERBS) {
      let help = '';
      const out = (text: string) => {
        help += text;
      };
      await runCli([verb, '--help'], () => Promise.reject(new Error('not called')), {
        ...processOutput,
        out,
      });
      if (!help.startsWith(`Usage: preforkd ${verb} `)) unknown.push(verb);
    }
    assert.deepEqual(unknown, []);
  });
});

describe('the alert', () => {
  for (const { name, expr, description, fires } of ALERTS) {
    test(`${name} asks for what there is, says figures or what follows, and has both stories`, () => {
      assert.deepEqual(wrongMetrics(expr), []);
      assert.ok(description.length > 40 && fires.summary.length > 0);
      assert.ok(STORIES.includes(`"${name} fires"`) && STORIES.includes(`"${name} is silent"`));
    });
  }
});

test('recording rules ask for what there is', () => {
  assert.deepEqual(
    RECORDINGS.flatMap(({ expr }) => wrongMetrics(expr)),
    [],
  );
});

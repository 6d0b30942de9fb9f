// The rules as Prometheus reads them, and the stories as promtool does. Text in YAML's double quotes is text in JSON's.

import type { Alert, Recording, Story } from './alert.ts';

const CARD = '# Made by scripts/docs-alerts.ts from scripts/alerts. Do not edit.\n';
const RUNBOOK = 'docs/RUNBOOK.md';

/** Where the runbook says what to type: GitHub makes anchors of headlines so. */
export const runbookOf = ({ name }: Alert): string => `${RUNBOOK}#${name.toLowerCase()}`;

const quoted = (text: string): string => JSON.stringify(text);

export function alertsFile(groups: Readonly<Record<string, readonly Alert[]>>): string {
  const parts = Object.entries(groups).map(
    ([name, alerts]) => `  - name: ${name}\n    rules:\n${alerts.map(alertRule).join('')}`,
  );
  return `${CARD}# Each alert has a section in ${RUNBOOK} that says what to type.\ngroups:\n${parts.join('')}`;
}

function alertRule(alert: Alert): string {
  return `      - alert: ${alert.name}
        expr: |-
          ${alert.expr}
        for: ${alert.for}
        labels:
          severity: ${alert.severity}
        annotations:
          summary: ${quoted(alert.summary)}
          description: ${quoted(alert.description)}
          runbook_url: ${runbookOf(alert)}
`;
}

export function recordingsFile(recordings: readonly Recording[]): string {
  const rules = recordings.map(
    ({ name, expr, because }) =>
      `      # ${because}\n      - record: ${name}\n        expr: |-\n          ${expr}\n`,
  );
  return `${CARD}groups:\n  - name: preforkd-recordings\n    rules:\n${rules.join('')}`;
}

/** One test for each story, so that none can hide behind another's series. */
export function storiesFile(alerts: readonly Alert[], recordings: readonly Recording[]): string {
  const stories = [...alerts.flatMap(storiesOfAlert), ...recordings.map(storyOfRecording)];
  return `${CARD}# promtool test rules tests.yml: each alert fires once, with its words, and keeps silent once.
rule_files:
  - alerts.yml
  - recording.yml
evaluation_interval: 15s
tests:
${stories.join('')}`;
}

function storiesOfAlert(alert: Alert): readonly string[] {
  const { fires, silent, name, severity } = alert;
  const labels = { ...fires.labels, severity };
  const annotations = {
    summary: fires.summary,
    description: fires.description,
    runbook_url: runbookOf(alert),
  };
  const expected = [{ exp_labels: labels, exp_annotations: annotations }];
  return [
    `  - name: ${quoted(`${name} fires`)}\n${series(fires)}${asked(fires, name, expected)}`,
    `  - name: ${quoted(`${name} is silent`)}\n${series(silent)}${asked(silent, name, [])}`,
  ];
}

function series({ series, interval = '1m' }: Story): string {
  const lines = Object.entries(series).map(
    ([name, values]) => `      - series: ${quoted(name)}\n        values: ${quoted(values)}\n`,
  );
  return `    interval: ${interval}\n    input_series:\n${lines.join('')}`;
}

/** JSON is YAML. */
function asked({ at }: Story, name: string, expected: readonly object[]): string {
  return `    alert_rule_test:
      - eval_time: ${at}
        alertname: ${name}
        exp_alerts: ${JSON.stringify(expected)}
`;
}

function storyOfRecording({ name, story }: Recording): string {
  const samples = story.gives.map(({ labels, value }) => ({ labels: `${name}${labels}`, value }));
  return `  - name: ${quoted(name)}
${series(story)}    promql_expr_test:
      - expr: ${quoted(name)}
        eval_time: ${story.at}
        exp_samples: ${JSON.stringify(samples)}
`;
}

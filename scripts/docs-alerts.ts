// Writes Prometheus's rules (grafana/prometheus/alerts.yml and recording.yml) and the stories with which promtool tests
// them (tests.yml) from the tables in scripts/alerts. docs/RUNBOOK.md is written by hand: a test holds it against them.

import type { Alert } from './alerts/alert.ts';
import { CLIENT_ALERTS } from './alerts/clients.ts';
import { MASTER_ALERTS } from './alerts/master.ts';
import { RECORDINGS } from './alerts/recordings.ts';
import { WORKER_ALERTS } from './alerts/workers.ts';
import { alertsFile, recordingsFile, storiesFile } from './alerts/write.ts';

export const path = 'grafana/prometheus/alerts.yml';

const GROUPS = {
  'preforkd-clients': CLIENT_ALERTS,
  'preforkd-workers': WORKER_ALERTS,
  'preforkd-master': MASTER_ALERTS,
};
export const ALERTS: readonly Alert[] = Object.values(GROUPS).flat();

export const generate = (): string => alertsFile(GROUPS);

export function generateFurther(): ReadonlyMap<string, string> {
  return new Map([
    ['grafana/prometheus/recording.yml', recordingsFile(RECORDINGS)],
    ['grafana/prometheus/tests.yml', storiesFile(ALERTS, RECORDINGS)],
  ]);
}

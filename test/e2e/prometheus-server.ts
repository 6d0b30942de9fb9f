// Debian's Prometheus for a test: on a free port of loopback, in a directory of its own, with the rules of grafana/,
// scraping one master each second. Asked over its HTTP API; ended with the test, by its pid.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ROOT, until } from './harness.ts';

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** When, in seconds, and the value as text. */
  readonly value: readonly [number, string];
}

/** False, or why the tests that need it are skipped. */
export const NO_PROMETHEUS =
  spawnSync('prometheus', ['--version']).error === undefined
    ? false
    : 'there is no prometheus here (Debian has it as a package)';

export class Prometheus {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** What an expression gives now. A mistake in it is a failure. */
  async query(expr: string): Promise<readonly Sample[]> {
    const { data } = await this.#ask<{ result: readonly Sample[] }>('query', { query: expr });
    return data.result;
  }

  /** The values of a label of the series that a matcher chooses. */
  async labelValues(label: string, matcher: string): Promise<readonly string[]> {
    const { data } = await this.#ask<readonly string[]>(`label/${label}/values`, { 'match[]': matcher });
    return data;
  }

  async #ask<Data>(what: string, words: Readonly<Record<string, string>>): Promise<{ data: Data }> {
    const response = await fetch(`${this.url}/api/v1/${what}?${new URLSearchParams(words)}`);
    const body = (await response.json()) as { status: string; error?: string; data: Data };
    assert.equal(body.status, 'success', `${words.query ?? what}: ${body.error}`);
    return body;
  }
}

function configuration(target: string): string {
  const rules = ['alerts.yml', 'recording.yml'].map((name) => join(ROOT, 'grafana/prometheus', name));
  // JSON is YAML.
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: rules,
    scrape_configs: [{ job_name: 'preforkd', static_configs: [{ targets: [target] }] }],
  });
}

/** Starts it and waits until it has scraped `target` (host:port). */
export async function startPrometheus(t: TestContext, target: string): Promise<Prometheus> {
  const directory = mkdtempSync(join(tmpdir(), 'preforkd-prometheus-'));
  const file = join(directory, 'prometheus.yml');
  writeFileSync(file, configuration(target));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
    ],
    { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  t.after(async () => {
    child.kill('SIGTERM');
    await until('the end of Prometheus', () => child.exitCode !== null || child.signalCode !== null);
    rmSync(directory, { recursive: true, force: true });
  });
  const explain = () => log;
  const address = await until(
    'its address',
    () => /msg="Listening on" address=(\S+)/.exec(log)?.[1],
    explain,
  );
  const prometheus = new Prometheus(`http://${address}`);
  await until('a scrape', async () => (await prometheus.query('up == 1')).length > 0, explain);
  return prometheus;
}

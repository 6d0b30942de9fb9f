// Which path answers what. Reading only: GET and HEAD, no body. Called by the HTTP server for every request; the
// answers come from the scoreboard copy, the cached snapshot and nothing slower.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { prefersOpenMetrics } from '../metrics/accept.ts';
import type { MetricsFormat } from '../metrics/exporter.ts';
import type { Status, StatusReader } from '../status.ts';

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  /** The answer has no end yet: who has this writes it, after the headers. */
  readonly take?: (response: ServerResponse) => void;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection ends after this answer. */
  readonly close?: boolean;
}

export type HttpRoutes = (request: IncomingMessage) => Promise<Page>;

export interface RouteSources {
  /** Without `openMetrics`, everybody gets the plain text. */
  readonly metrics: MetricsFormat & { readonly openMetrics?: MetricsFormat };
  readonly status: StatusReader;
  boardAgeMs(): number;
  /** Why the supervisor counts as stalled; undefined while it turns, or where nobody watches it. */
  stall?(): string | undefined;
}

/** Paths beside those here; undefined: it is none of them. */
export type MoreRoutes = (path: string) => HttpRoutes | undefined;

/** A turn as young as this proves by itself that the supervisor is alive. */
const FRESH_MS = 2_000;
const REST_MS_MAX = 250;
const TEXT = 'text/plain; charset=utf-8';

export function createRoutes(sources: RouteSources, more: MoreRoutes = () => undefined): HttpRoutes {
  const plain = shared(() => metricsPage(sources.metrics));
  const openMetrics = shared(() => metricsPage(sources.metrics.openMetrics ?? sources.metrics));
  const status = shared(() => statusPage(sources));
  const paths: Readonly<Record<string, HttpRoutes>> = {
    '/metrics': ({ headers }) => (prefersOpenMetrics(headers.accept) ? openMetrics() : plain()),
    '/healthz': () => health(sources),
    '/readyz': () => readiness(sources),
    '/api/status': status,
  };
  return async (request) => {
    const path = pathOf(request.url ?? '/');
    const route = Object.hasOwn(paths, path) ? paths[path] : more(path);
    if (route === undefined) return { ...text(404, 'not found; see /\n'), close: hasBody(request) };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return { ...text(405, 'only GET and HEAD\n'), headers: { allow: 'GET, HEAD' }, close: true };
    }
    if (hasBody(request)) return { ...text(413, 'no body, please\n'), close: true };
    return route(request);
  };
}

/**
 * Those who ask at once get one page: a burst of requests must not become as many pages in memory. Between two pages is a
 * rest as long as the first one took: a flood gets half of the plane's time at most, and a page is never an old one.
 */
function shared(make: () => Promise<Page>): () => Promise<Page> {
  let underway: Promise<Page> | undefined;
  let restUntil = 0;
  const rested = async () => {
    const rest = restUntil - performance.now();
    if (rest > 0) await setTimeout(rest, undefined, { ref: false });
    const began = performance.now();
    try {
      return await make();
    } finally {
      const ended = performance.now();
      restUntil = ended + Math.min(REST_MS_MAX, ended - began);
    }
  };
  return () => {
    underway ??= rested().finally(() => {
      underway = undefined;
    });
    return underway;
  };
}

async function metricsPage({ contentType, render }: MetricsFormat): Promise<Page> {
  // As bytes: one copy, however many are sent it.
  const body = Buffer.from(await render());
  return { status: 200, contentType, body, headers: { vary: 'accept' } };
}

/** Alive: the supervisor has just turned, or (it may have slept, for nothing happened) it answers when asked. */
export async function health(sources: RouteSources): Promise<Page> {
  const stall = sources.stall?.();
  if (stall !== undefined) return text(503, `${stall}\n`);
  if (sources.boardAgeMs() < FRESH_MS) return text(200, 'ok\n');
  const status = await sources.status.read();
  return status.ok ? text(200, 'ok\n') : text(503, `${status.error}\n`);
}

/** Ready: started, not stopping, and every service listens. */
async function readiness(sources: RouteSources): Promise<Page> {
  const stall = sources.stall?.();
  if (stall !== undefined) return text(503, `not ready: ${stall}\n`);
  const status = await sources.status.read();
  const problem = status.ok ? notReadyBecause(status.value) : status.error;
  return problem === undefined ? text(200, 'ready\n') : text(503, `not ready: ${problem}\n`);
}

export function notReadyBecause(status: Status): string | undefined {
  if (status.master.phase !== 'running') return `the master is ${status.master.phase}`;
  const silent = status.services.filter(
    (service) => service.state === 'unbound' || service.state === 'disabled',
  );
  if (silent.length === 0) return undefined;
  return `does not listen: ${silent.map((service) => `${service.name} (${service.state})`).join(', ')}`;
}

async function statusPage(sources: RouteSources): Promise<Page> {
  const status = await sources.status.read();
  const body = status.ok ? status.value : { error: status.error };
  return {
    status: status.ok ? 200 : 503,
    contentType: 'application/json; charset=utf-8',
    body: `${JSON.stringify(body)}\n`,
  };
}

const text = (status: number, body: string): Page => ({ status, contentType: TEXT, body });

/** The path alone: the host of a whole URL (as a proxy may send it), query and fragment mean nothing here. */
const pathOf = (url: string) => url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] || '/';

const hasBody = (request: IncomingMessage) =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) !== 0;

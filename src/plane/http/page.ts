// The paths of the status page: its files, the live stream, the history of one service. Opened by doors.ts with the HTTP
// listener; routes.ts asks it for what it does not know itself.

import { type Assets, loadAssets } from './assets.ts';
import { Live, type LiveInput } from './live.ts';
import type { HttpRoutes, MoreRoutes, Page } from './routes.ts';
import { VIEWERS_MAX } from './stream.ts';

export interface PageInput extends LiveInput {
  failed(reason: string): void;
}

export interface StatusPage {
  readonly routes: MoreRoutes;
  stop(): void;
}

const TEXT = 'text/plain; charset=utf-8';

export function openStatusPage(input: PageInput): StatusPage {
  const assets = loadAssets();
  assets.catch((error: Error) => input.failed(`the status page cannot be read: ${error.message}`));
  const live = new Live(input);
  return {
    routes: (path) => {
      if (path === '/api/live') return async () => watch(live);
      if (path === '/api/history') return async ({ url }) => history(live, url ?? '');
      return path === '/' || path.startsWith('/page/') ? file(assets, path) : undefined;
    },
    stop: () => live.stop(),
  };
}

function file(assets: Promise<Assets>, path: string): HttpRoutes {
  return async ({ headers }) => {
    const gzip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
    return (await assets)(path, gzip) ?? refusal(404, 'not found; see /\n');
  };
}

function watch(live: Live): Page {
  if (live.full) {
    return { ...refusal(503, `${VIEWERS_MAX} look already\n`), headers: { 'retry-after': '10' } };
  }
  return {
    status: 200,
    contentType: 'text/event-stream; charset=utf-8',
    body: '',
    take: (response) => live.add(response),
  };
}

function history(live: Live, url: string): Page {
  const query = new URLSearchParams(url.split('?', 2)[1] ?? '');
  const found = live.history(query.get('service'), query.get('family') ?? '');
  if (found === undefined) return refusal(404, 'no such service\n');
  return { status: 200, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(found)}\n` };
}

const refusal = (status: number, body: string): Page => ({ status, contentType: TEXT, body });

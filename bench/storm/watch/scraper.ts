// Reads the master's metrics page over one connection that is kept. One scrape at a time: while a master does not
// answer (it may have been stopped on purpose), there are simply no figures. Called by the watcher at every sample.

import { Agent, get } from 'node:http';
import * as https from 'node:https';
import { readFigures, type Scrape, type ServiceFilter } from './figures.ts';

export interface Scraper {
  /** undefined: no answer, a bad one, or the last scrape is still under way. */
  scrape(): Promise<Scrape | undefined>;
  /** Once more, after the one that may be under way. */
  scrapeLast(): Promise<Scrape | undefined>;
}

const TIMEOUT_MS = 3_000;
const PAGE_CHARACTERS_MAX = 16 * 1024 * 1024;

/** What a protected page asks for. */
export interface MetricsAccess {
  readonly token?: string;
  /** PEM: what the master shows must be this, or signed by it. */
  readonly certificate?: string;
}

export function createScraper(
  url: string,
  filter: ServiceFilter | undefined,
  access: MetricsAccess = {},
): Scraper {
  const agent = agentFor(url, access);
  let underWay: Promise<Scrape | undefined> | undefined;
  const scrape = async () => {
    if (underWay !== undefined) return undefined;
    underWay = fetchPage(url, agent, access).then((page) =>
      page === undefined ? undefined : readFigures(page, filter),
    );
    const answer = await underWay;
    underWay = undefined;
    return answer;
  };
  return {
    scrape,
    scrapeLast: async () => {
      await underWay;
      const answer = await scrape();
      agent.destroy();
      return answer;
    },
  };
}

function agentFor(url: string, { certificate }: MetricsAccess): Agent {
  const options = { keepAlive: true, maxSockets: 1 };
  if (!url.startsWith('https:')) return new Agent(options);
  if (certificate === undefined) return new https.Agent(options);
  // The certificate itself is the proof: it may be for a name by which others, elsewhere, know this machine.
  return new https.Agent({
    ...options,
    ca: certificate,
    allowPartialTrustChain: true,
    checkServerIdentity: () => undefined,
  });
}

function fetchPage(url: string, agent: Agent, { token }: MetricsAccess): Promise<string | undefined> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const getPage = agent instanceof https.Agent ? https.get : get;
  return new Promise((resolve) => {
    const request = getPage(url, { agent, headers, timeout: TIMEOUT_MS }, (response) => {
      let page = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        page += text;
        if (page.length > PAGE_CHARACTERS_MAX) response.destroy();
      });
      response.on('end', () => resolve(response.statusCode === 200 ? page : undefined));
      response.on('close', () => resolve(undefined));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

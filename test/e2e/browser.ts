// A headless Chromium for the tests of the status page: Debian's, driven by playwright-core. Everything that a browser
// complains of is kept: errors on the console, broken policies, requests to elsewhere. Called by tests only.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { until } from './waiting.ts';

const CHROMIUM = '/usr/bin/chromium';

/** For `skip`. */
export const WITHOUT_CHROMIUM = existsSync(CHROMIUM) ? false : `needs ${CHROMIUM} (apt-get install chromium)`;

/** Where pictures are kept for people, when this is set. */
const PICTURES = process.env.PREFORKD_SCREENSHOTS;

export class Tab {
  readonly page: Page;
  /** What should not be: complaints of the browser, and requests to another host. */
  readonly troubles: string[] = [];

  constructor(page: Page, url: string) {
    this.page = page;
    page.on('console', (message) => {
      // A lost connection is said by the browser itself, and is no fault of the page.
      if (['error', 'warning'].includes(message.type()) && !/net::ERR_/.test(message.text()))
        this.troubles.push(message.text());
    });
    page.on('pageerror', (error) => void this.troubles.push(String(error.stack)));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) this.troubles.push(request.url());
    });
  }

  async text(selector: string): Promise<string> {
    return ((await this.page.locator(selector).textContent()) ?? '').trim().replace(/\s+/g, ' ');
  }

  /** Waits until the text there fits. */
  says(selector: string, pattern: RegExp): Promise<string> {
    let last = '';
    return until(
      `${selector} to say ${pattern}`,
      async () => {
        last = await this.text(selector);
        return pattern.test(last) ? last : undefined;
      },
      () => `it says: ${last}\n${this.troubles.join('\n')}`,
    );
  }

  /** The figure of a tile. */
  async tile(name: string): Promise<number> {
    const text = await this.text(`#tiles div:has(dt:text-is("${name}")) dd`);
    return Number(text.replace(/,/g, ''));
  }

  async picture(name: string): Promise<void> {
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  }
}

/** One browser for the file; it ends with the test at the latest. */
export async function startBrowser(t: Pick<TestContext, 'after'>): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  t.after(() => browser.close());
  return browser;
}

export async function openTab(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const tab = new Tab(await context.newPage(), url);
  await tab.page.goto(url);
  await tab.says('#state', /^(?!… Connecting)/);
  return tab;
}

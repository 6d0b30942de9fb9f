// What a person sees when the master is up: where each service listens, where metrics and status are, and what to
// try next, in lines that work when pasted on a machine that has only Node. Made from the status; printed by wiring
// on a terminal, never into a stream of JSON.

import { writeSync } from 'node:fs';
import { relative } from 'node:path';
import { isatty } from 'node:tty';
import { countText } from '../lib/text.ts';
import type { PlaneInput } from './parts.ts';
import type { ServiceStatus, Status, StatusReader } from './status.ts';

export interface BannerInput {
  readonly status: Status;
  /** undefined: no HTTP. */
  readonly url: string | undefined;
  /** Why there is no HTTP, when it is wanted: its address is taken. */
  readonly urlMissing?: boolean;
  /** How this program is called from where the person stands: 'npx preforkd'. */
  readonly command: string;
  /** What to add so that the control socket is found: '' when the defaults find it. */
  readonly locate: string;
}

/** Prints the banner where a person sees it and where it cannot get between JSON lines; else not at all. */
export async function showBanner(
  input: PlaneInput,
  reader: StatusReader,
  url: () => string | undefined,
): Promise<void> {
  const fd = bannerFd(input);
  if (fd === undefined) return;
  const status = await reader.read();
  if (!status.ok) return;
  const text = bannerText({
    status: status.value,
    url: url(),
    urlMissing: input.configuration.settings.http !== undefined,
    ...callOf(input.file),
  });
  try {
    writeSync(fd, text);
  } catch {
    // Nobody reads it.
  }
}

function bannerFd({ banner, configuration }: PlaneInput): number | undefined {
  const { destination, format } = configuration.settings.log;
  const logsJson = (fd: 1 | 2) =>
    destination === (fd === 1 ? 'stdout' : 'stderr') && (format === 'json' || !isatty(fd));
  const fits = (fd: 1 | 2) => (banner || isatty(fd)) && !logsJson(fd);
  return fits(1) ? 1 : fits(2) ? 2 : undefined;
}

/** How the person calls us: from a package's folder, npx finds us; the default file is found without --config. */
function callOf(file: string): Pick<BannerInput, 'command' | 'locate'> {
  const path = relative(process.cwd(), file);
  const installed = !process.argv[1]?.startsWith(process.cwd());
  return {
    command: installed ? 'preforkd' : 'npx preforkd',
    locate: path === 'services.conf' ? '' : ` --config ${path.startsWith('..') ? file : path}`,
  };
}

export function bannerText(input: BannerInput): string {
  const { status, url } = input;
  const { master } = status;
  const listening = status.services.filter((service) => service.kind === 'service');
  const rows = [
    ...listening.map((service) => [service.name, service.listen, readyText(service)]),
    ...(url === undefined
      ? [['http', input.urlMissing ? 'not yet: its address could not be bound, see the log' : 'off', '']]
      : [
          ['status page', `${url}/`, ''],
          ['metrics', `${url}/metrics`, ''],
        ]),
  ];
  return [
    '',
    `preforkd ${master.version} supervises ${countText(listening.length, 'service')} from ${master.file} (pid ${master.pid})`,
    '',
    ...alignRows(rows),
    '',
    'Try next, from this folder, in another terminal:',
    '',
    ...suggestions(input).map((line) => `  ${line}`),
    '',
    'Ctrl-C lets the workers finish their clients, and stops.',
    '',
  ].join('\n');
}

function readyText(service: ServiceStatus): string {
  if (service.state === 'unbound') return 'unbound: its address could not be bound, see the log';
  if (service.state !== 'running') return service.state;
  return service.prefork === 0 ? 'workers on demand' : `${countText(service.prefork, 'worker')} kept ready`;
}

function alignRows(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([name = '', where = '', note = '']) => {
    return `  ${name.padEnd(widths[0] ?? 0)}   ${where.padEnd(widths[1] ?? 0)}   ${note}`.trimEnd();
  });
}

function suggestions({ status, url, command, locate }: BannerInput): string[] {
  const streams = status.services.filter(
    (service) => service.kind === 'service' && !service.listen.endsWith('/udp'),
  );
  const [first] = streams;
  const lines = ['status', 'top'].map((verb) => `${command} ${verb}${locate}`);
  if (first !== undefined) lines.push(`${command} why ${first.name}${locate}`);
  if (url !== undefined)
    lines.push(`node -e "fetch('${url}/metrics').then(async (page) => console.log(await page.text()))"`);
  for (const service of streams) lines.push(talkLine(service));
  return lines;
}

/** A terminal client of one line, for nc and telnet are not everywhere, and Node is. */
function talkLine({ name, listen }: ServiceStatus): string {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const where = listen.startsWith('/') ? `'${listen}'` : `${listen.slice(colon + 1)}, '${reachable}'`;
  const hint = name.startsWith('imap') ? '   # then type: a login demo demo' : `   # talks to ${name}`;
  return `node -e "process.stdin.pipe(require('net').connect(${where})).pipe(process.stdout)"${hint}`;
}

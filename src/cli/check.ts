// `preforkd check FILE`: "configuration OK" and the plan of what would run, or every diagnostic. All text is made by
// pure functions here; the command line only calls runCheck(). Exit 0, or 78 (EX_CONFIG) when something is wrong.

import { type Diagnostic, type LoadOptions, loadConfiguration, renderDiagnostics } from '../config/index.ts';
import type { HttpSettings, Settings } from '../config/settings.ts';
import { formatDuration, formatSize } from '../config/units.ts';
import type { CommandSpec, DaemonSpec, EventSpec, MasterSpec, ServiceSpec } from '../core/spec.ts';
import { nextOccurrence } from '../os/calendar.ts';

const EXIT_OK = 0;
const EXIT_CONFIG = 78;

export interface CheckOptions extends LoadOptions {
  /** For the next runs of events. */
  readonly now?: Date;
}

export async function runCheck(
  file: string,
  out: { write(text: string): unknown },
  options: CheckOptions = {},
): Promise<number> {
  const outcome = await loadConfiguration(file, options);
  if (!outcome.ok) {
    out.write(
      `${renderDiagnostics(outcome.diagnostics, outcome.source)}\n${summary(file, outcome.diagnostics)}\n`,
    );
    return EXIT_CONFIG;
  }
  const { warnings, source, master, settings } = outcome;
  if (warnings.length > 0) out.write(`${renderDiagnostics(warnings, source)}\n`);
  out.write(`configuration OK\n\n${formatPlan(master, settings, options.now ?? new Date())}`);
  return EXIT_OK;
}

function summary(file: string, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const also = warnings === 0 ? '' : `, ${counted(warnings, 'warning')}`;
  return `${file}: ${counted(errors, 'error')}${also}`;
}

/** What would run, for a person to read. */
export function formatPlan(master: MasterSpec, settings: Settings, now: Date): string {
  const parts = [
    part('Start jobs, one after the other', master.start, (job) => [job.name, ...commandLines(job.command)]),
    part('Daemons', master.daemons, daemonLines),
    part('Services', master.services, serviceLines),
    part('Events', master.events, (event) => eventLines(event, now)),
    `preforkd itself\n${masterLines(master, settings).join('\n')}\n`,
  ];
  return parts.filter((text) => text !== '').join('\n');
}

/** A titled list; the first line of an item is its name, the others are indented. */
function part<Item>(title: string, items: readonly Item[], linesOf: (item: Item) => string[]): string {
  if (items.length === 0) return '';
  const blocks = items.map((item) =>
    linesOf(item).map((line, index) => `${index === 0 ? '  ' : '    '}${line}\n`),
  );
  return `${title}\n${blocks.flat().join('')}`;
}

function serviceLines(service: ServiceSpec): string[] {
  return [
    `${service.name} on ${addressText(service)}`,
    row('workers', workersText(service)),
    row('protocol', protocolText(service)),
    row('limits', limitsText(service)),
    ...commandLines(service.command),
  ];
}

function addressText({ address }: ServiceSpec): string {
  if (address.family === 'unix') return address.path;
  const host = address.family === 'ipv6' ? `[${address.host}]` : address.host;
  const port = address.port === 0 ? 'any free port' : address.port;
  return `${host}:${port}${address.transport === 'datagram' ? ' (udp)' : ''}`;
}

function workersText({ prefork, maxchild, maxforkrate, babysit, protocol }: ServiceSpec): string {
  const most = Number.isFinite(maxchild) ? `at most ${maxchild}` : 'any number';
  const ready = protocol === 'inetd' ? 'one per connection' : `${prefork} kept ready`;
  const rate = Number.isFinite(maxforkrate) ? `, at most ${maxforkrate} started per second` : '';
  return `${ready}, ${most}${rate}${babysit ? ', babysat' : ''}`;
}

function protocolText({ protocol, backlog, clientlimit, failureRule, address }: ServiceSpec): string {
  const clients = clientlimit === 1 ? '' : `, ${clientlimit} clients per worker`;
  const queue = address.family !== 'unix' && address.transport === 'datagram' ? '' : `, backlog ${backlog}`;
  return `${protocol}${queue}${clients}, failures=${failureRule}`;
}

function limitsText(service: ServiceSpec): string {
  const limits = [
    service.protocol === 'inetd' ? undefined : `start ${formatDuration(service.startlimitMs)}`,
    `stop ${formatDuration(service.stoplimitMs)}`,
    service.idlekillMs === 0 ? undefined : `idle ${formatDuration(service.idlekillMs)}`,
    service.maxuse === 0 ? undefined : `${service.maxuse} uses`,
    service.maxrssBytes === 0 ? undefined : `${formatSize(service.maxrssBytes)} of memory`,
    service.watchdogMs === 0 ? undefined : `watchdog ${formatDuration(service.watchdogMs)}`,
  ];
  return limits.filter((limit) => limit !== undefined).join(', ');
}

function daemonLines(daemon: DaemonSpec): string[] {
  const waited = daemon.wait ? ', waited for before services start' : '';
  return [`${daemon.name}${waited}`, ...commandLines(daemon.command)];
}

function eventLines(event: EventSpec, now: Date): string[] {
  const limit = event.limitMs === 0 ? '' : `, at most ${formatDuration(event.limitMs)} long`;
  const jitter = event.jitterMs === 0 ? '' : `, up to ${formatDuration(event.jitterMs)} later by chance`;
  return [
    `${event.name} ${triggerText(event)}`,
    row('next run', nextRunText(event, now)),
    row('rules', `overlap=${event.overlap}${limit}${jitter}`),
    ...commandLines(event.command),
  ];
}

function triggerText({ trigger }: EventSpec): string {
  if (trigger.kind === 'cron') return `by cron pattern ${trigger.pattern}`;
  return Number.isFinite(trigger.periodMs) ? `every ${formatDuration(trigger.periodMs)}` : 'once';
}

function nextRunText({ trigger }: EventSpec, now: Date): string {
  if (trigger.kind === 'period') return 'at once';
  const nextMs = nextOccurrence(trigger.pattern, now.getTime());
  return nextMs === undefined ? 'never' : localTime(new Date(nextMs));
}

function localTime(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function commandLines({ argv, program, cwd, environment }: CommandSpec): string[] {
  const run = argv.includes(program) ? argv : [program, ...argv.slice(1)];
  // Names only: values may be secret, and plans end up in logs.
  const variables = Object.keys(environment);
  return [
    row('runs', run.map(shellWord).join(' ')),
    ...(cwd === undefined ? [] : [row('in', cwd)]),
    ...(variables.length === 0 ? [] : [row('with', variables.join(', '))]),
  ];
}

/** As it could be typed into a shell. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function masterLines(master: MasterSpec, settings: Settings): string[] {
  const { http, log, sampleIntervalMs } = settings;
  const sampling = sampleIntervalMs === 0 ? 'off' : `every ${formatDuration(sampleIntervalMs)}`;
  const { initial, most } = master.startCap;
  return [
    row('metrics', http === undefined ? 'off' : metricsText(http)),
    row('control', settings.controlSocket),
    row('run', settings.runDirectory),
    row('log', `${log.level}, ${log.format}, to ${log.destination}`),
    row('sampling', sampling),
    row('start-ups', `${initial} at the same time at first, at most ${most}`),
    row('shutdown', `busy workers have ${formatDuration(master.shutdownlimitMs)}`),
  ].map((line) => `  ${line}`);
}

function metricsText({ host, port, tokenFile, tls }: HttpSettings): string {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const token = tokenFile === undefined ? '' : `, for who brings the token in ${tokenFile}`;
  return `${tls === undefined ? 'http' : 'https'}://${address}/metrics${token}`;
}

function row(title: string, text: string): string {
  return `${title.padEnd(10)}${text}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

// What each verb of the control socket does: asks the supervisor thread, the status reader or the reloader, and makes
// the answer a person reads. Called by the control server for every checked request.

import { unreachable } from '../../lib/assert.ts';
import { durationText } from '../../lib/text.ts';
import type { SupervisorThread } from '../../thread/handle.ts';
import type { CommandToSend } from '../../thread/messages.ts';
import type { Recent } from '../recent.ts';
import type { Reloader } from '../reload.ts';
import type { ServiceStatus, Status, StatusReader } from '../status.ts';
import { createFollowers } from './followers.ts';
import type { Stream } from './stream.ts';
import type { Answer, EventsArgs, Request } from './wire.ts';

export interface ControlSources {
  readonly thread: SupervisorThread;
  readonly status: StatusReader;
  readonly reloader: Reloader;
  readonly recent: Recent;
  /** Resolves when every worker has ended. */
  readonly stopped: Promise<number>;
  /** The nearest known word, as a question; undefined when none is near. */
  didYouMean(word: string, known: readonly string[]): string | undefined;
  told(request: Request, answer: Answer): void;
}

export type ControlRoutes = (request: Request, stream: Stream) => Promise<Answer>;

export function createControlRoutes(sources: ControlSources): ControlRoutes {
  const followers = createFollowers(sources.recent, sources.stopped);
  return async (request, stream) => {
    const answer = await (request.verb === 'events'
      ? events(request, sources, () => followers.follow(request.id, request.args, stream))
      : route(request, sources));
    sources.told(request, answer);
    return answer;
  };
}

function route(request: Exclude<Request, { verb: 'events' }>, sources: ControlSources): Promise<Answer> {
  switch (request.verb) {
    case 'status':
      return withStatus(sources, (status) => ({ ok: true, data: status }));
    case 'why':
      return withService(sources, request.args.service, (services) => ({
        ok: true,
        text: whyText(services),
      }));
    case 'reload':
      return reload(sources, request.args.wait);
    case 'stop':
      return stop(sources, request.args.wait);
    case 'pause':
    case 'resume': {
      const { verb, args } = request;
      return change(
        sources,
        args.service,
        { kind: verb, service: args.service },
        `${args.service} is ${verb}d`,
      );
    }
    case 'scale': {
      const { service, prefork, maxchild } = request.args;
      const limits = {
        ...(prefork === undefined ? {} : { prefork }),
        ...(maxchild === undefined ? {} : { maxchild }),
      };
      const text = Object.entries(limits).map(([name, value]) => `${name} ${value}`);
      return change(
        sources,
        service,
        { kind: 'scale', service, ...limits },
        `${service} is scaled to ${text.join(', ')} until the next reload`,
      );
    }
    default:
      return unreachable(request);
  }
}

async function withStatus(
  sources: ControlSources,
  use: (status: Status) => Answer | Promise<Answer>,
): Promise<Answer> {
  const status = await sources.status.read();
  return status.ok ? use(status.value) : failed(status.error);
}

/** The services (one per address) of that name; a wrong name is answered with what exists. */
function withService(
  sources: ControlSources,
  name: string,
  use: (services: readonly ServiceStatus[]) => Answer | Promise<Answer>,
): Promise<Answer> {
  return withStatus(sources, (status) => {
    const services = status.services.filter((service) => service.name === name);
    if (services.length > 0) return use(services);
    const names = status.services.map((service) => service.name);
    return failed(unknownService(sources, name, names));
  });
}

function unknownService({ didYouMean }: ControlSources, name: string, known: readonly string[]): string {
  const names = [...new Set(known)];
  const near = didYouMean(name, names);
  const all = names.length === 0 ? 'there are no services' : `there are: ${names.join(', ')}`;
  return `no service "${name}"${near === undefined ? '' : `, ${near}`} (${all})`;
}

/** Of whatever stands in the configuration, and of what stood there before a reload. Asks the supervisor for nothing. */
async function events(
  { args }: { readonly args: EventsArgs },
  sources: ControlSources,
  follow: () => Promise<Answer>,
): Promise<Answer> {
  const { service, level, count } = args;
  if (service !== undefined && sources.recent.last(1, service, 'debug').length === 0) {
    const { services, daemons, events, start } = sources.reloader.current.master;
    const names = [...services, ...daemons, ...events, ...start].map(({ name }) => name);
    if (!names.includes(service)) return failed(unknownService(sources, service, names));
  }
  return args.follow ? follow() : { ok: true, data: sources.recent.last(count, service, level) };
}

function change(
  sources: ControlSources,
  service: string,
  command: CommandToSend,
  done: string,
): Promise<Answer> {
  return withService(sources, service, async () => {
    const reply = await sources.thread.command(command);
    sources.status.forget();
    return reply.ok ? { ok: true, text: reply.text ?? done } : failed(reply.error);
  });
}

async function reload({ reloader, status }: ControlSources, wait: boolean): Promise<Answer> {
  const outcome = reloader.reload();
  if (!wait) return { ok: true, text: 'reload asked for; the log says how it went (--wait waits for it)' };
  const result = await outcome;
  status.forget();
  if (result.kind === 'applied') return { ok: true, text: result.text };
  return {
    ok: false,
    refusal: result.kind === 'refused' ? 'bad-configuration' : 'failed',
    error: result.text,
  };
}

/** The answer to the command comes when everything has ended; who does not wait is told at once. */
async function stop({ thread, stopped }: ControlSources, wait: boolean): Promise<Answer> {
  void thread.command({ kind: 'shutdown', reason: 'preforkd stop' });
  if (!wait) return { ok: true, text: 'stopping: workers finish their clients (--wait waits for the end)' };
  const started = performance.now();
  const exitCode = await stopped;
  return {
    ok: true,
    text: `stopped after ${durationText(performance.now() - started)}, exit code ${exitCode}`,
  };
}

/** One sentence per address. */
export function whyText(services: readonly ServiceStatus[]): string {
  if (services.length === 1) return services.map((service) => service.why).join('');
  return services.map(({ family, why }) => `${family}: ${why}`).join('\n');
}

const failed = (error: string): Answer => ({ ok: false, refusal: 'failed', error });

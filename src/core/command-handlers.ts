// Stage 4: does what the plane asked. One table, command -> handler; a missing one is a compile error. Every
// command is answered, and a refusal is a sentence for the administrator.

import type { Command, CommandKind, Reply } from './commands.ts';
import { count, type Master, tell } from './master.ts';
import { isService, subject } from './owner.ts';
import { reload } from './reload.ts';
import { retire } from './retire.ts';
import type { Service } from './service.ts';
import { beginShutdown, forceShutdown } from './shutdown.ts';
import { snapshot } from './status.ts';

type Of<Kind extends CommandKind> = Extract<Command, { kind: Kind }>;
type Answer = Omit<Extract<Reply, { ok: true }>, 'id'> | Omit<Extract<Reply, { ok: false }>, 'id'>;
/** undefined: answered later. */
type Handler<Kind extends CommandKind> = (master: Master, command: Of<Kind>) => Answer | undefined;

const DONE: Answer = { ok: true };
const no = (error: string): Answer => ({ ok: false, error });

const HANDLERS: { readonly [Kind in CommandKind]: Handler<Kind> } = {
  reload: (master, { spec }) => {
    if (master.phase === 'stopping') return no('the master is stopping');
    if (master.phase === 'starting') return no('the master is still starting: its START jobs are running');
    reload(master, spec);
    return DONE;
  },
  shutdown: (master, { id, reason, force }) => {
    if (!master.shutdown) beginShutdown(master, reason, { replyTo: id });
    else if (!force) return no('the master is stopping already');
    if (force) forceShutdown(master);
    return master.shutdown?.replyTo === id ? undefined : DONE;
  },
  pause: (master, { service }) => setPaused(master, service, true),
  resume: (master, { service }) => setPaused(master, service, false),
  scale: (master, command) => scale(master, command),
  snapshot: (master) => ({ ok: true, snapshot: snapshot(master) }),
  retire: (master, { serial, why }) => {
    const worker = master.roster.get(serial);
    if (!worker || !isService(worker.owner)) return no('that worker has ended');
    retire(master, worker, why);
    return DONE;
  },
  tune: (master, { quiet }) => {
    master.quiet = new Set(quiet);
    return DONE;
  },
};

export function obeyCommands(master: Master): void {
  for (const command of master.outlet.takeCommands()) {
    const answer = handle(master, command);
    if (answer === undefined) continue;
    if (!answer.ok && command.kind === 'reload') count(master, 'reloadsRefused');
    master.replies.push({ id: command.id, ...answer });
  }
}

function handle<Kind extends CommandKind>(master: Master, command: Of<Kind>): Answer | undefined {
  return (HANDLERS[command.kind as Kind] as Handler<Kind>)(master, command);
}

function named(master: Master, name: string): Service[] {
  return master.services.filter((service) => service.name === name && !service.removed);
}

function setPaused(master: Master, name: string, paused: boolean): Answer {
  const services = named(master, name);
  if (services.length === 0) return no(`no service or daemon is named "${name}"`);
  for (const service of services) {
    if (service.paused === paused) continue;
    service.paused = paused;
    tell(master, { ...subject(service), kind: paused ? 'paused' : 'resumed' });
  }
  return DONE;
}

function scale(master: Master, { service: name, prefork, maxchild }: Of<'scale'>): Answer {
  const services = named(master, name).filter(({ kind }) => kind === 'service');
  if (services.length === 0) return no(`no service is named "${name}"`);
  const orders = services.map((service) => ({
    service,
    wanted: {
      prefork: prefork ?? service.limits.prefork,
      maxchild: maxchild ?? service.limits.maxchild,
    },
  }));
  // All addresses of the service are asked before any is changed: what is refused leaves all as it was.
  for (const { service, wanted } of orders) {
    if (service.protocol === 'inetd' && (prefork ?? 0) > 0)
      return no(`"${name}" is an inetd service: it has no prefork`);
    if (wanted.prefork > wanted.maxchild)
      return no(`prefork=${wanted.prefork} would be more than maxchild=${wanted.maxchild}`);
  }
  for (const { service, wanted } of orders) {
    service.limits.prefork = wanted.prefork;
    service.limits.maxchild = wanted.maxchild;
    tell(master, { ...subject(service), kind: 'scaled', ...wanted });
  }
  return DONE;
}

// Specs for the stories, with everything unlimited that a story does not name.

import type {
  CommandSpec,
  DaemonSpec,
  EventSpec,
  JobSpec,
  MasterSpec,
  ServiceSpec,
} from '../../../../src/core/spec.ts';

export function command(program = '/bin/worker'): CommandSpec {
  return { text: program, path: program, argv: [program], program, environment: {} };
}

export function service(changes: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    name: 'imap',
    index: 0,
    line: 1,
    protocol: 'cyrus',
    listen: '143',
    proto: 'tcp',
    address: { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 143 },
    command: command(),
    prefork: 0,
    maxchild: Number.POSITIVE_INFINITY,
    maxforkrate: Number.POSITIVE_INFINITY,
    babysit: false,
    backlog: 4096,
    clientlimit: 1,
    startlimitMs: 30_000,
    stoplimitMs: 10_000,
    idlekillMs: 0,
    maxuse: 0,
    maxrssBytes: 0,
    watchdogMs: 0,
    failureRule: 'breaker',
    ...changes,
  };
}

/** A service at a port of its own. */
export function serviceAt(name: string, port: number, changes: Partial<ServiceSpec> = {}): ServiceSpec {
  const address = { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port } as const;
  return service({ name, listen: String(port), address, ...changes });
}

export function daemon(changes: Partial<DaemonSpec> = {}): DaemonSpec {
  return {
    name: 'idled',
    line: 1,
    command: command('/bin/daemon'),
    wait: false,
    maxforkrate: Number.POSITIVE_INFINITY,
    startlimitMs: 30_000,
    stoplimitMs: 10_000,
    failureRule: 'breaker',
    ...changes,
  };
}

export function event(changes: Partial<EventSpec> = {}): EventSpec {
  return {
    name: 'checkpoint',
    line: 1,
    command: command('/bin/event'),
    trigger: { kind: 'period', periodMs: 60_000 },
    overlap: 'skip',
    limitMs: 0,
    jitterMs: 0,
    stoplimitMs: 10_000,
    ...changes,
  };
}

export function job(name: string): JobSpec {
  return { name, line: 1, command: command(`/bin/${name}`) };
}

export function masterSpec(changes: Partial<MasterSpec> = {}): MasterSpec {
  return {
    file: 'services.conf',
    start: [],
    services: [],
    events: [],
    daemons: [],
    shutdownlimitMs: 60_000,
    startCap: { initial: 100, most: 100 },
    ...changes,
  };
}

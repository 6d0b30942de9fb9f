// What `preforkd top` shows of each service, from two statuses and the time between them: rates, sums over workers, how
// bad it is. Pure; called by batch.ts and screen.ts.

import type { ServiceStatus, Status } from '../../plane/status.ts';

/** error: clients are not served; warning: somebody waits and nothing more is spawned, or a person has stepped in. */
export type Severity = 'error' | 'warning' | 'well';

export interface Row {
  /** 'imap/ipv4'; unique. */
  readonly title: string;
  readonly service: ServiceStatus;
  readonly severity: Severity;
  /** The state; of a running one what holds it back. */
  readonly state: string;
  /** Per second; undefined until there are two statuses. */
  readonly spawnRate: number | undefined;
  readonly connectionRate: number | undefined;
  /** Sums over the workers that were sampled; undefined when none was. */
  readonly cpuPercent: number | undefined;
  readonly memoryBytes: number | undefined;
}

export interface Figures {
  readonly status: Status;
  readonly rows: readonly Row[];
  readonly turnRate: number | undefined;
}

export interface Sample {
  readonly status: Status;
  /** Monotonic milliseconds. */
  readonly at: number;
}

export function figuresOf(now: Sample, before: Sample | undefined): Figures {
  // Another master counts from nothing.
  const same = before?.status.master.pid === now.status.master.pid ? before : undefined;
  const elapsedSeconds = same === undefined ? 0 : (now.at - same.at) / 1000;
  const rate = (value: number, earlier: number | undefined) =>
    earlier === undefined || elapsedSeconds <= 0 ? undefined : Math.max(0, value - earlier) / elapsedSeconds;
  const earlier = new Map(same?.status.services.map((service) => [titleOf(service), service]));
  return {
    status: now.status,
    turnRate: rate(now.status.master.turns, same?.status.master.turns),
    rows: now.status.services.map((service) => {
      const title = titleOf(service);
      const then = earlier.get(title);
      return {
        title,
        service,
        severity: severityOf(service),
        state: stateText(service),
        spawnRate: rate(service.spawns, then?.spawns),
        connectionRate: service.kind === 'daemon' ? undefined : rate(service.connections, then?.connections),
        cpuPercent: sum(service.workers.map(({ cpuPercent }) => cpuPercent)),
        memoryBytes: sum(service.workers.map(({ memoryBytes }) => memoryBytes)),
      };
    }),
  };
}

export function titleOf({ name, family }: Pick<ServiceStatus, 'name' | 'family'>): string {
  return family === '' ? name : `${name}/${family}`;
}

const FAILED: ReadonlySet<string> = new Set(['unbound', 'disabled', 'breaker-open']);

export function severityOf({ state, constraint, queue }: ServiceStatus): Severity {
  if (FAILED.has(state)) return 'error';
  if (state !== 'running' && state !== 'stopping') return 'warning';
  return queue > 0 && constraint !== 'none' && constraint !== 'released' ? 'warning' : 'well';
}

function stateText({ state, constraint }: ServiceStatus): string {
  return state === 'running' && constraint !== 'none' ? constraint : state;
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

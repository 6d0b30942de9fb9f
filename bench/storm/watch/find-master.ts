// Which master stands behind the target: the one that the control socket, --metrics or --pid name. When nothing was
// said, the usual places are tried, and what is found there counts only if one of its services listens at the target:
// figures of a stranger must not be shown as those of the storm. Called once, before the storm.

import { existsSync, statSync } from 'node:fs';
import { EXIT } from '../../../src/lib/exit-codes.ts';
import { err, ok, type Result } from '../../../src/lib/result.ts';
import type { ServiceStatus, Status } from '../../../src/plane/status.ts';
import type { Address } from '../options/target.ts';
import type { ServiceFilter } from './figures.ts';
import type { MetricsAccess } from './scraper.ts';

/** Given by the command line, which finds masters in the same way for every verb. */
export interface Trouble {
  readonly exitCode: number;
  readonly text: string;
}

/** Asks for the status of the master that `where` leads to. */
export type AskStatus = (where: Pick<MasterWishes, 'socket' | 'config'>) => Promise<Result<Asked, Trouble>>;

export interface Asked {
  readonly socket: string;
  readonly status: Status;
  /** To its metrics; or why there is none. */
  readonly access: Result<MetricsAccess, string>;
}

export interface MasterWishes {
  readonly socket?: string;
  readonly config?: string;
  readonly metricsUrl?: string;
  readonly pid?: number;
  readonly service?: string;
  /** --no-master */
  readonly none: boolean;
}

export interface Master {
  readonly pid?: number;
  readonly metricsUrl?: string;
  /** Of this master only: an address that was said gets no secret. */
  readonly metricsAccess?: MetricsAccess;
  /** Its control socket: it is one of ours, and can be asked. */
  readonly socket?: string;
  readonly service?: ServiceFilter;
}

export interface Found {
  readonly master: Master | undefined;
  /** What a person should know about it. */
  readonly notes: readonly string[];
}

export async function findMaster(
  wishes: MasterWishes,
  address: Address,
  askStatus: AskStatus,
): Promise<Result<Found, Trouble>> {
  if (wishes.none) return ok({ master: undefined, notes: [] });
  const { pid, metricsUrl } = wishes;
  // Said wrong, all its figures would be silently absent.
  if (pid !== undefined && !existsSync(`/proc/${pid}`)) {
    return err({ exitCode: EXIT.unavailable, text: `there is no process ${pid}` });
  }
  const said = {
    ...(pid === undefined ? {} : { pid }),
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    ...(wishes.service === undefined ? {} : { service: { service: wishes.service } }),
  };
  const asked = wishes.socket !== undefined || wishes.config !== undefined;
  const unasked = ok({ master: Object.keys(said).length > 0 ? said : undefined, notes: [] });
  const answer = await askStatus(wishes);
  if (!answer.ok) return asked ? answer : unasked;
  const { status, socket, access } = answer.value;
  const service = serviceAt(address, status.services, wishes.service);
  const another = pid !== undefined && pid !== status.master.pid;
  if (!asked && (service === undefined || another)) return unasked;
  const notes = [
    ...(service === undefined
      ? ['no service of this master listens at the target: figures are of all services']
      : []),
    ...(status.master.http === undefined && metricsUrl === undefined
      ? ['this master has no metrics (http listen=off?): worker states and stage times are not known']
      : []),
    ...(!access.ok && metricsUrl === undefined
      ? [`if its metrics are protected, they are not read: ${access.error}`]
      : []),
  ];
  const found: Master = {
    pid: status.master.pid,
    socket,
    ...(status.master.http === undefined ? {} : { metricsUrl: `${status.master.http}/metrics` }),
    ...(access.ok && metricsUrl === undefined ? { metricsAccess: access.value } : {}),
    ...(service === undefined ? {} : { service }),
    ...said,
  };
  return ok({ master: found, notes });
}

function serviceAt(
  address: Address,
  services: readonly ServiceStatus[],
  name: string | undefined,
): ServiceFilter | undefined {
  const found =
    name === undefined
      ? services.find(({ kind, listen }) => kind === 'service' && listensAt(listen, address))
      : services.find((service) => service.name === name);
  return found === undefined ? undefined : { service: found.name, family: found.family };
}

/** Whether a service that listens at `listen` (as the status says it) gets what is sent to `address`. */
export function listensAt(listen: string, address: Address): boolean {
  if (address.kind === 'unix') return sameFile(listen, address.path);
  const colon = listen.lastIndexOf(':');
  if (Number(listen.slice(colon + 1)) !== address.port) return false;
  const host = listen.slice(0, colon).replace(/[[\]]/g, '');
  const v6 = address.host.includes(':');
  return host === address.host || host === (v6 ? '::' : '0.0.0.0');
}

function sameFile(one: string, other: string): boolean {
  try {
    const [first, second] = [statSync(one), statSync(other)];
    return first.dev === second.dev && first.ino === second.ino;
  } catch {
    return one === other;
  }
}

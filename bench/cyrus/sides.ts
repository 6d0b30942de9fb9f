// The two masters on the same private Cyrus: Debian's own (C) and preforkd, each with the same imapd, the same user and
// the same limits. Every benchmark of this folder starts its sides here.

import { burst } from '../lib/burst.ts';
import { freePorts } from '../lib/ports.ts';
import type { CyrusHome } from '../setup/cyrus.ts';
import { masterSection, type RunningMaster, startCyrusMaster, startPreforkd } from '../setup/masters.ts';

export const SIDES = ['cyrus', 'preforkd'] as const;
export type Side = (typeof SIDES)[number];

export interface SideOptions {
  readonly prefork: number;
  readonly backlog: number;
  readonly maxchild?: number;
  /** RLIMIT_NPROC. */
  readonly processes?: number;
  /** Instead of imapd: a program that speaks the protocol. */
  readonly command?: string;
}

export interface Running {
  readonly master: RunningMaster;
  readonly port: number;
  readonly metricsPort: number;
}

const MAXCHILD = 1_000;
const USER = { name: 'cyrus', group: 'mail' };
const STOP_LIMIT_MS = 15_000;
const FIRST_CLIENT_LIMIT_MS = 20_000;

export async function startSide(side: Side, home: CyrusHome, options: SideOptions): Promise<Running> {
  const [port = 0, metricsPort = 0] = await freePorts(2);
  const { prefork, backlog, maxchild = MAXCHILD, processes } = options;
  // No use limit and no idle end within a benchmark: children at its end are the forks it has taken.
  const command = options.command ?? home.command('imapd', '-U 100000 -T 600');
  const service = `imap cmd="${command}" listen="127.0.0.1:${port}" prefork=${prefork} maxchild=${maxchild}`;
  const common = { port, user: USER, ...(processes === undefined ? {} : { processes }) };
  if (side === 'cyrus') {
    const configuration = home.configure(`cyrus-${port}.conf`, `SERVICES {\n  ${service}\n}\n`);
    const master = await startCyrusMaster({ ...common, configuration, imapdConf: home.imapdConf, backlog });
    return { master, port, metricsPort };
  }
  const configuration = home.configure(
    `services-${port}.conf`,
    `${masterSection(`${home.directory}/run-${port}`, metricsPort)}SERVICES {\n  ${service} backlog=${backlog}\n}\n`,
  );
  const master = await startPreforkd({ ...common, configuration });
  return { master, port, metricsPort };
}

/** Ends it and everything of it; throws when it did not end by itself and `mustEnd`. */
export async function stopSide({
  master,
}: Running): Promise<{ readonly ended: boolean; readonly afterMs: number }> {
  return master.stop(STOP_LIMIT_MS);
}

/** One client, so that files are in the cache and the first start-up has been seen by both. */
export async function warmUp({ port }: Running): Promise<void> {
  const first = await burst({ port, clients: 1, session: 'short', limitMs: FIRST_CLIENT_LIMIT_MS });
  if (first.neverGreeted > 0) throw new Error(`nobody is served at port ${port}`);
}

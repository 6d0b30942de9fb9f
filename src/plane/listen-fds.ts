// Sockets that systemd passed to us (sd_listen_fds(3)): how many and their names, taken out of the environment so
// that no worker inherits the claim. Called once, by wiring, before the supervisor thread copies the environment.

import type { ThreadInput } from '../thread/messages.ts';

const FDS_MAX = 1024;

export function takeListenFds(environment: NodeJS.ProcessEnv, pid: number): ThreadInput['listenFds'] {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = environment;
  delete environment.LISTEN_PID;
  delete environment.LISTEN_FDS;
  delete environment.LISTEN_FDNAMES;
  const count = Number(LISTEN_FDS);
  const ours = Number(LISTEN_PID) === pid && Number.isInteger(count) && count > 0 && count <= FDS_MAX;
  if (!ours) return { count: 0, names: [] };
  return { count, names: LISTEN_FDNAMES === undefined ? [] : LISTEN_FDNAMES.split(':') };
}

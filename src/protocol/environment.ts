// Names of the environment variables that a child finds. Source: Cyrus IMAP master/service.c; sd_listen_fds(3);
// sd_notify(3). PREFORKD_* are ours.

export const CYRUS_SERVICE = 'CYRUS_SERVICE';
export const CYRUS_ID = 'CYRUS_ID';
export const CYRUS_ISDAEMON = 'CYRUS_ISDAEMON';
export const LISTEN_FDS = 'LISTEN_FDS';
export const LISTEN_PID = 'LISTEN_PID';
export const LISTEN_FDNAMES = 'LISTEN_FDNAMES';
export const NOTIFY_SOCKET = 'NOTIFY_SOCKET';
export const WATCHDOG_USEC = 'WATCHDOG_USEC';
export const WATCHDOG_PID = 'WATCHDOG_PID';
/** The backlog asked for: a worker that calls listen(2) again on the shared socket must not lower it. */
export const PREFORKD_BACKLOG = 'PREFORKD_BACKLOG';
/** The master's pid: a worker whose parent is another process has lost its master. */
export const PREFORKD_MASTER_PID = 'PREFORKD_MASTER_PID';
/** Connections that a multi-client worker may hold at once (key `clientlimit`). */
export const PREFORKD_CLIENT_LIMIT = 'PREFORKD_CLIENT_LIMIT';

/** '1': this master understands how long clients were queued (status-message.ts). Cyrus's does not. */
export const PREFORKD_QUEUE_WAIT = 'PREFORKD_QUEUE_WAIT';

/** Variables of our own parents that no child may inherit: each would be read as meant for the child. */
export const NEVER_INHERITED: readonly string[] = [
  CYRUS_SERVICE,
  CYRUS_ID,
  CYRUS_ISDAEMON,
  LISTEN_FDS,
  LISTEN_PID,
  LISTEN_FDNAMES,
  NOTIFY_SOCKET,
  WATCHDOG_USEC,
  WATCHDOG_PID,
  PREFORKD_BACKLOG,
  PREFORKD_MASTER_PID,
  PREFORKD_CLIENT_LIMIT,
  PREFORKD_QUEUE_WAIT,
];

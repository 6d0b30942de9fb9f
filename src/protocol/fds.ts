// The file descriptors of a child, by number. Source: Cyrus IMAP master/service.h and sd_listen_fds(3).
// A child gets these and nothing else.

export const STDIN_FD = 0;
export const STDOUT_FD = 1;
export const STDERR_FD = 2;
/** Protocol `cyrus`: the worker writes its 8-byte status messages here; a `wait=` daemon writes "ok\r\n". */
export const STATUS_FD = 3;
/** Protocol `cyrus`: the listening socket. */
export const LISTEN_FD = 4;
/** Protocol `systemd`: SD_LISTEN_FDS_START, the listening socket. */
export const SYSTEMD_LISTEN_FD = 3;

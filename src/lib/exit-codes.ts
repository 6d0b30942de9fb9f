// The exit codes that preforkd uses, by their names in sysexits(3), so that an init system or a script can tell
// why it ended. Used by the master and by every verb of the command line.

export const EXIT = {
  ok: 0,
  failure: 1,
  /** EX_USAGE: the command line is wrong. */
  usage: 64,
  /** EX_UNAVAILABLE: no master answers. */
  unavailable: 69,
  /** EX_SOFTWARE: our own contradiction. */
  software: 70,
  /** EX_OSERR: Cyrus's code for a pidfile that cannot be had. */
  osError: 71,
  /** EX_CANTCREAT: the run directory or a socket in it cannot be made. */
  cannotCreate: 73,
  /** EX_TEMPFAIL: another master holds the run directory. */
  temporary: 75,
  /** EX_NOPERM: the control socket belongs to somebody else. */
  permission: 77,
  /** EX_CONFIG: the configuration is wrong. */
  configuration: 78,
  /** 128 + SIGINT, as shells count it: what was under way was ended by Ctrl-C. */
  interrupted: 130,
  /** 128 + SIGPIPE, as shells count it: nobody reads what is printed. */
  brokenPipe: 141,
} as const;

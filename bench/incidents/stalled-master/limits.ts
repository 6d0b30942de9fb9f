// What this reproduction is and is not: the honest part of the report, and of docs/INCIDENTS.md.

export const SIGNALS_SAY =
  'Linux tells descriptors that are ready before it tells EINTR: a real signal interrupts only a wait in which nothing has happened yet, and so real signals alone do not show the stall.';

export const LIMITS: readonly string[] = [
  'The interruptions are injected between the core and the kernel: in the grey time every poll says EINTR without looking, as Solaris may.',
  SIGNALS_SAY,
  'Only the loop is exchanged. The old way is not Cyrus: it is this core, with the rule by which Cyrus 2.5.7 took an interrupted wait. ' +
    'As in Cyrus, the top of that loop still collects who has ended and fills up to prefork; it does so by counts that are wrong, because the messages that would correct them are read below.',
  'The stall ends with the interruptions. In Konstanz it fed itself (more clients, more forks, more signals), and ended with a restart.',
  'Clients stay. With short sessions the workers that are there would take the next clients by themselves, and a stall would show later.',
];

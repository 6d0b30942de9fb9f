// How a simulated worker may behave: one table of names with a sentence each. The scenario draws from it, the oracle
// asks who behaves well, the report names it. What each does is written in acts.ts (deeds) and lies.ts (words).

/** The name 'well-behaved' is the only one without fault. */
export const BEHAVIOURS = {
  'well-behaved': 'does what the protocol asks',
  'slow-start': 'takes many times its usual time to come up',
  'crash-at-start': 'dies before its first word',
  'crash-idle': 'dies while it waits for a client',
  'crash-busy': 'dies with a client in hand',
  'hang-at-start': 'never comes up: silent, and takes nobody',
  'hang-idle': 'stops to move while it waits for a client, and hears no signal',
  'hang-busy': 'stops to move with a client in hand, and hears no signal',
  'ignore-term': 'goes on after SIGTERM and SIGHUP',
  'lie-duplicate': 'says some messages twice',
  'lie-missing': 'leaves some messages out',
  'lie-reordered': 'says messages in the wrong order',
  'lie-garbled': 'says eight bytes that are no message in place of one',
  'lie-truncated': 'says only the first bytes of some messages',
  'lie-foreign-pid': 'speaks in the name of another process',
  'lie-available-busy': 'says AVAILABLE with its client in hand',
  flood: 'writes messages as fast as its channel takes them, for a while',
  grandchild: 'ends, and leaves a child that keeps its channel for a while',
  'exit-0': 'ends with exit 0, whatever it is doing',
  'exit-75': 'ends with exit 75, whatever it is doing',
  'exit-signal': 'dies of a signal of its own, whatever it is doing',
  'quits-unasked': 'ends with exit 0 while it is idle, though nobody asked it to',
  'shuts-listener': 'calls shutdown(2) on the listening socket that it shares',
  chatty: 'floods stdout and stderr, and stands still while they are full',
  'half-message': 'dies in the middle of a message',
} as const;

export type Behaviour = keyof typeof BEHAVIOURS;

const OF_A_CHANNEL: readonly Behaviour[] = [
  'lie-duplicate',
  'lie-missing',
  'lie-reordered',
  'lie-garbled',
  'lie-truncated',
  'lie-foreign-pid',
  'lie-available-busy',
];
/** They ask for a worker that waits for clients, and has something to say. */
const OF_A_SERVER: readonly Behaviour[] = [
  'crash-idle',
  'hang-idle',
  'flood',
  'quits-unasked',
  'shuts-listener',
  'half-message',
];

/** The behaviours that differ from good behaviour in a worker of this protocol. */
export function behavioursOf(protocol: 'cyrus' | 'systemd' | 'inetd' | 'datagram'): readonly Behaviour[] {
  const all = Object.keys(BEHAVIOURS) as Behaviour[];
  if (protocol === 'cyrus' || protocol === 'datagram') return all;
  const without = protocol === 'systemd' ? OF_A_CHANNEL : [...OF_A_CHANNEL, ...OF_A_SERVER];
  return all.filter((name) => !without.includes(name));
}

// THE RULES: what the oracle holds against the master, one sentence each. docs/generated/SIMULATION.md lists them from here, and
// every Violation names one of them. The functions that judge are in the files beside this one, by theme.

export const RULES = {
  // Books and truth (counts.ts, numbers.ts)
  'counts-are-the-truth':
    'the workers in the books are the unreaped children of the kernel, each in the state that its last word stands for',
  'messages-are-read': 'what a worker has written is read in the next turn, whatever poll says',
  'nothing-negative': 'no figure on the board is negative or not a number',
  'drift-is-zero': 'no exit is ever missed: the self-audit finds nothing',
  'limits-as-ordered':
    'prefork, maxchild and pause are what the last reload, scale, pause or resume asked for',
  // Spawning (spawning.ts, need.ts, events.ts)
  'only-what-is-configured': 'a process is started only for an entry of the configuration in force',
  'halt-is-obeyed': 'nothing is started for a paused service, and nothing at all after the stop',
  maxchild: 'at each fork the unreaped children of a unit, the new one included, are at most its maxchild',
  'fork-rate': 'in any window of T seconds a unit forks at most max(1, rate) + rate x T times',
  'start-cap': 'at each fork fewer workers are starting than the cap allows, or none of that service is',
  'spawns-are-needed':
    'a worker is started only while those that are ready or starting are fewer than prefork and the clients queued',
  'need-is-met':
    'while clients are queued and nobody can take them, a worker is started, unless something hinders it',
  'constraint-is-true': 'what is said to hinder a spawn does hinder it',
  'skip-never-twice': 'an event that must not overlap never has two processes',
  'period-is-kept': 'an event runs no more often than its period says, whatever the clock on the wall does',
  'occurrence-runs-once': 'an event at wall-clock times runs at most once for one occurrence',
  // The turn (turns.ts, watching.ts, answers.ts)
  'bounded-turn':
    'what a turn costs depends on the number of services and on what has happened, and on nothing else',
  'no-spin': 'turns in which nothing happens wait in between',
  heartbeat: 'no turn waits longer than a second',
  'full-service-not-watched':
    'a listener is not watched while its service may start nobody, or while clients are queued already',
  'removed-refuses': 'clients of a removed service are refused',
  'disabled-refuses':
    "when nobody is left of a service that Cyrus's rule has disabled, its clients are refused until a reload",
  'removed-is-forgotten': 'of what was removed nothing is kept when its last worker has ended',
  'reload-renews': 'a reload tells every worker to go whose configuration is another now, in that turn',
  'commands-answered':
    'a command is taken in the next turn, and gets exactly one reply, the one that it should',
  // Descriptors and processes (descriptors.ts, reaping.ts, inetd.ts)
  'no-descriptor-leaked': 'the master holds the descriptors of its living records, and no other',
  'no-worker-forgotten': 'a child that has ended is reaped in the next turn',
  'accepted-is-served':
    'a connection that the master has accepted is handed to a process, or is waiting for it',
  // Signals and deadlines (signals.ts, deadlines.ts)
  'only-our-pids': 'no signal goes to a process that is not an unreaped child of ours',
  'no-signal-before-up': 'a worker that is on its way up gets no signal that it could die of',
  'never-below-prefork': 'nobody is retired without need where then fewer than prefork would be ready',
  'daemons-go-last': 'at a stop, daemons that were waited for end last of all, the youngest first',
  'not-killed-early': 'nobody is killed before the limit that it was given has passed',
  'killed-at-the-limit': 'who was told to finish, and has no client to finish, is killed at its stop limit',
  'told-in-the-end': 'a signal that waits for the end of a start-up is sent',
  'stop-ends': 'a stop ends by its deadline, a forced one at once',
  // The breaker (breaker.ts)
  'failures-are-real': 'the breaker counts deaths that nobody asked for, and no death by our own signal',
  'breaker-tries-again':
    'when the pause of a breaker is over one worker is tried, and one that nobody died of closes it',
  'breaker-holds':
    'workers that die one after the other are started again only after pauses that double, one probe at a time, until one has served',
  'hung-starts-end': 'who takes nobody while clients are queued is ended when its start limit is over',
  // After the world has healed (liveness.ts, ending.ts)
  'clients-are-served': 'who waits in an accept queue while there may be more workers is soon accepted',
  'comes-to-rest': 'the breaker is closed, prefork is met, and what binds can be explained',
  'due-events-run': 'an event that is due runs',
  'nothing-is-left': 'when the master has stopped, no child, descriptor or listening socket of it is left',
} as const;

export type RuleName = keyof typeof RULES;

// One believable event of every kind: the examples and the field names of docs/generated/EVENTS.md, and the sweep of
// the fact table's tests. A kind without a sample does not compile.

import type { FactKind } from '../../src/core/facts.ts';
import type { EventKind } from '../../src/plane/logs/event-table.ts';
import type { PlaneEvent, PlaneEventKind } from '../../src/plane/logs/plane-events.ts';
import type { FactOf } from '../../src/plane/logs/row.ts';

type Sample<Event> = Event extends unknown ? Omit<Event, 'at' | 'kind'> : never;
type FactSamples = { readonly [K in FactKind]: Sample<FactOf<K>> };
type PlaneSamples = {
  readonly [K in PlaneEventKind]: Sample<Extract<PlaneEvent, { readonly kind: K }>>;
};

const imap = { owner: 'service', service: 'imap', family: 'ipv4' } as const;
const worker = { ...imap, pid: 4711, serial: 12 } as const;
const report = { owner: 'event', service: 'report', family: '' } as const;
const address = { family: 'ipv4', transport: 'stream', host: '127.0.0.1', port: 1143 } as const;

const FACTS: FactSamples = {
  'master-started': { file: '/etc/preforkd/services.conf', services: 3 },
  'master-ready': { unbound: 0 },
  'start-failed': { service: 'recover', reason: 'exit 1' },
  stopping: { reason: 'SIGTERM', active: 7, limitMs: 20_000 },
  stopped: { exitCode: 0 },
  'reload-applied': { kept: 3, changed: 1, added: 1, removed: 0 },
  interrupted: { times: 2, gaveUp: 0 },
  'poll-failed': { errno: 'EINVAL' },
  'board-full': { service: 'imap', places: 1024, runs: false },
  'accounting-drift': { serial: 12, pid: 4711, service: 'imap', was: 'busy' },
  'slot-taken': { ...imap, slot: 0 },
  'slot-freed': { ...imap, slot: 0 },
  listening: { ...imap, address, backlog: 4096, effectiveBacklog: 4096, inherited: false },
  'backlog-clamped': { ...imap, backlog: 4096, effectiveBacklog: 128 },
  'listen-failed': { ...imap, address, errno: 'EADDRINUSE' },
  'service-unbound': imap,
  'listener-shut': { ...imap, address },
  'service-removed': { ...imap, active: 2 },
  paused: imap,
  resumed: imap,
  scaled: { ...imap, prefork: 5, maxchild: 200 },
  blocked: { ...imap, constraint: 'maxchild', queue: 14, active: 20 },
  unblocked: { ...imap, constraint: 'maxchild', afterMs: 3_200 },
  'breaker-opened': {
    ...imap,
    failures: 5,
    retryInMs: 2_000,
    lastExit: 'exit 1',
    lastStderr: 'cannot open /etc/imapd.conf',
  },
  'breaker-probing': imap,
  'breaker-closed': { ...imap, afterMs: 12_000 },
  'service-disabled': { ...imap, failures: 5 },
  spawned: { ...worker, ready: 2, active: 5 },
  'spawn-failed': {
    ...imap,
    program: '/usr/lib/cyrus/bin/imapd',
    errno: 'ENOENT',
    stage: 'exec',
    retryInMs: 1_000,
  },
  'worker-ready': { ...worker, startupMs: 41, presumed: false },
  'worker-busy': worker,
  'worker-available': worker,
  'worker-retired': { ...worker, why: 'idle for 60 s', signal: 'SIGTERM' },
  'worker-killed': { ...worker, why: 'it did not end within 10 s', signal: 'SIGKILL' },
  exited: {
    ...worker,
    state: 'ready',
    reason: 'failure',
    how: 'exit 1',
    ageMs: 650,
    uses: 3,
    lastStderr: 'out of memory',
    expected: false,
  },
  'message-bad': { ...worker, problem: 'unknown message 9', state: 'busy' },
  'worker-status': { ...worker, text: 'serving 3 clients' },
  output: { ...worker, stream: 'stderr', line: 'login: demo' },
  'output-dropped': { ...imap, lines: 120 },
  'event-skipped': { ...report, why: 'its last run has not ended' },
  'event-queued': report,
  'job-finished': { ...report, how: 'exit 0', failed: false, durationMs: 1_840 },
  'left-behind': { owner: 'start', service: 'idled', family: '', pids: [4_712] },
  'left-behind-signalled': {
    owner: 'start',
    service: 'idled',
    family: '',
    pid: 4_712,
    signal: 'SIGTERM',
    outcome: 'sent',
  },
  'daemon-ready': { owner: 'daemon', service: 'idled', family: '', startupMs: 120 },
};

const PLANE: PlaneSamples = {
  'configuration-warning': { diagnostic: 'services.conf:7:3: warning: unknown key "prefrok" in SERVICES' },
  chaos: { plan: { eintr: 0.9, 'spawn-eagain': 0.05 }, seed: 123 },
  'chaos-over': { injected: { eintr: 1_204, 'spawn-eagain': 1, 'short-read': 0 } },
  'http-listening': { url: 'http://127.0.0.1:9464' },
  'http-unavailable': {
    address: '127.0.0.1:9464',
    reason: 'listen EADDRINUSE: address already in use 127.0.0.1:9464',
    retryInMs: 5_000,
  },
  'http-error': { reason: 'Error: ...' },
  'control-listening': { path: '/run/preforkd/control/control.sock' },
  'control-unavailable': {
    path: '/run/preforkd/control/control.sock',
    reason: 'something that is not a socket stands there',
  },
  'control-bad-input': { problem: 'received message is not valid JSON' },
  'control-request': { verb: 'pause', service: 'imap' },
  signal: { signal: 'SIGHUP', meaning: 'the configuration is read again' },
  'still-draining': { active: 3 },
  forced: { active: 3 },
  'reload-refused': { diagnostics: 'services.conf:8:62: error: unknown key "maxchld" in SERVICES' },
  'needs-restart': { settings: 'http: 127.0.0.1:9464 -> 127.0.0.1:9465' },
  'turn-stalled': { quietMs: 10_400, stage: 'spawn', stageMs: 10_398 },
  'turn-resumed': { quietMs: 14_900, stage: 'spawn' },
  'log-level': { from: 'info', to: 'debug' },
  'sampler-failed': { reason: 'EMFILE: too many open files' },
  'plane-error': { error: 'Error: ...' },
  'master-crashed': { error: 'Contradiction: ...', dump: '{"phase":"running"}', active: 4 },
};

export const EVENT_SAMPLES: Readonly<Record<EventKind, Readonly<Record<string, unknown>>>> = {
  ...FACTS,
  ...PLANE,
};

// The deeds of a misbehaving worker: what each does, and in which place of its life. Called by the servers at every
// wake-up through misbehave(); a deed is done once, and only while the world is not well. Lies are in lies.ts.

import { STDERR_FD, STDOUT_FD } from '../../../protocol/fds.ts';
import { sleepThrough } from '../program.ts';
import type { Behaviour } from './behaviours.ts';
import type { Life } from './life.ts';
import { crash, die, EXIT_FAILURE, hang, leaveGrandchild, type Moves, writeAll } from './moves.ts';
import type { Words } from './words.ts';

export type Place = 'start' | 'idle' | 'busy';

/** Where a worker is and what it has at hand. `listener`: undefined in one that has none. */
export interface Scene {
  readonly life: Life;
  readonly words: Words;
  readonly listener: number | undefined;
}

/** What is over at once is no generator. The value is the exit code with which the worker ends now; undefined: it goes on. */
type Act = (scene: Scene) => Moves<number | undefined> | number | undefined;

interface Deed {
  readonly places: readonly Place[];
  readonly act: Act;
}

/** A deed is done at a random moment, up to so long after its time has come. */
const DELAY_MS_MOST = 1_000;
const SLOW_FACTOR_LEAST = 5;
const SLOW_FACTOR_MOST = 40;
/** A whole flood, in pairs of messages: several pipes' worth. */
const FLOOD_WRITES_MOST = 8_000;
const FLOOD_PAUSE_MS = 5;
const CHATTER_BYTES_MOST = 200_000;
const CHATTER_LINE_BYTES_MOST = 9_000;
const GRANDCHILD_MS_LEAST = 100;
const GRANDCHILD_MS_MOST = 20_000;
const SIGNALS = ['SIGKILL', 'SIGSEGV', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const;
const EXIT_TOLD = 75;
const HALF_BYTES = 3;

const DEEDS: Partial<Record<Behaviour, Deed>> = {
  'slow-start': at('start', function* ({ life }) {
    const factor = life.draws.between(SLOW_FACTOR_LEAST, SLOW_FACTOR_MOST);
    yield* sleepThrough(life.self, life.options.startupMs * factor);
    return undefined;
  }),
  'crash-at-start': at('start', crashNow),
  'crash-idle': at('idle', crashNow),
  'crash-busy': at('busy', crashNow),
  'hang-at-start': at('start', hangNow),
  'hang-idle': at('idle', hangNow),
  'hang-busy': at('busy', hangNow),
  flood: at('idle', flood),
  grandchild: anywhere(({ life }) => {
    const forMs = life.draws.between(GRANDCHILD_MS_LEAST, GRANDCHILD_MS_MOST);
    leaveGrandchild(life.self, forMs, life.options.healed);
    return 0;
  }),
  'exit-0': anywhere(() => 0),
  'exit-75': anywhere(() => EXIT_TOLD),
  'exit-signal': anywhere(({ life }) => die(life.draws.pick(SIGNALS))),
  'quits-unasked': at('idle', () => 0),
  'shuts-listener': at('idle', ({ life, listener }) => {
    if (listener !== undefined) life.self.shutdown(listener);
    return undefined;
  }),
  chatty: anywhere(chatter),
  'half-message': anywhere(({ words }) => {
    words.raw(words.noise.slice(0, HALF_BYTES));
    return EXIT_FAILURE;
  }),
};

/** The deeds of one worker: keeps in mind whether it is done, and when it will be. */
export class Mischief {
  readonly #scene: Scene;
  readonly #deed: Deed | undefined;
  #dueAt: number | undefined;
  #done = false;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#deed = DEEDS[scene.life.options.behaviour];
  }

  /** What it does before it is up, if it does. */
  *start(): Moves<number | undefined> {
    const { life } = this.#scene;
    if (!this.#deed?.places.includes('start') || life.options.healed()) return undefined;
    return yield* done(this.#deed.act(this.#scene));
  }

  /** Its deed, if now is the time and this the place. */
  *now(place: Place): Moves<number | undefined> {
    const { life } = this.#scene;
    if (this.#done || !this.#deed?.places.includes(place) || !life.astray) return undefined;
    const now = life.self.now();
    this.#dueAt ??= now + life.draws.between(0, DELAY_MS_MOST);
    if (now < this.#dueAt) return undefined;
    this.#done = true;
    return yield* done(this.#deed.act(this.#scene));
  }

  /** ms until the worker must look whether its time has come; Infinity: nothing to wait for. */
  get dueMs(): number {
    const { life } = this.#scene;
    const untilMs = this.#dueAt === undefined || this.#done ? 0 : this.#dueAt - life.self.now();
    return Math.min(life.patienceMs, untilMs > 0 ? untilMs : Number.POSITIVE_INFINITY);
  }
}

function at(place: Place, act: Act): Deed {
  return { places: [place], act };
}

/** Once it is up. */
function anywhere(act: Act): Deed {
  return { places: ['idle', 'busy'], act };
}

function* done(course: ReturnType<Act>): Moves<number | undefined> {
  return typeof course === 'object' ? yield* course : course;
}

function crashNow({ life }: Scene): Moves<number> {
  return crash(life.self);
}

function* hangNow({ life }: Scene): Moves<undefined> {
  yield* hang(life.self, life.options.healed);
}

/** As fast as the channel takes it. Ends with the truth: whoever floods is idle. */
function* flood({ life, words }: Scene): Moves<undefined> {
  if (words.noise.length === 0) return;
  for (let writes = 0; writes < FLOOD_WRITES_MOST && !life.options.healed(); writes += 1) {
    if (words.raw(words.noise) === 'EAGAIN') yield* sleepThrough(life.self, FLOOD_PAUSE_MS);
  }
}

/** Lines of all lengths to stdout and stderr. In a worker of inetd stdout is the client. */
function* chatter({ life, words }: Scene): Moves<undefined> {
  const fds = words.noise.length === 0 ? [STDERR_FD] : [STDOUT_FD, STDERR_FD];
  for (let bytes = 0; bytes < CHATTER_BYTES_MOST && !life.options.healed(); ) {
    const length = life.draws.integer(1, CHATTER_LINE_BYTES_MOST);
    const line = new TextEncoder().encode(`${'chatter '.repeat(length / 8)}\n`);
    bytes += line.length;
    if (!(yield* writeAll(life.self, life.draws.pick(fds), line))) return;
  }
}

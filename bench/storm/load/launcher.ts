// The open loop: starts every planned arrival at its moment, whatever has become of those before it. Who has failed
// may come back: that is one more arrival, planned at the moment of the failure plus the client's own wait. When the
// generator itself is late, the arrival keeps its planned moment, and the delay counts as the client's.

import { Agenda } from './agenda.ts';

export interface LauncherInput {
  /** Milliseconds from the begin, ascending. */
  readonly times: Float64Array;
  /** performance.now() at the begin. */
  readonly beganAt: number;
  start(arrival: Arrival): void;
}

export interface Arrival {
  readonly client: number;
  readonly attempt: number;
  readonly plannedAt: number;
}

export interface Launcher {
  comeBack(arrival: Arrival): void;
  /** Arrivals that are planned and not started. */
  waiting(): number;
  stop(): void;
}

/** After so many, answers that came meanwhile are heard first: a burst must not blur their moments. */
const LAUNCHES_AT_ONCE_MAX = 32;
/** What a timer of Node can wait for. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export function startLauncher({ times, beganAt, start }: LauncherInput): Launcher {
  const returning = new Agenda<Arrival>();
  let started = 0;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let stopped = false;

  const nextFirst = () =>
    started < times.length ? beganAt + (times[started] ?? 0) : Number.POSITIVE_INFINITY;
  const nextAt = () => Math.min(nextFirst(), returning.nextAt);
  const take = (): Arrival => {
    const back = returning.nextAt < nextFirst() ? returning.take() : undefined;
    if (back !== undefined) return back.what;
    const arrival = { client: started, attempt: 1, plannedAt: nextFirst() };
    started += 1;
    return arrival;
  };
  const pump = () => {
    for (let launched = 0; nextAt() <= performance.now(); launched += 1) {
      if (launched === LAUNCHES_AT_ONCE_MAX) {
        immediate = setImmediate(pump);
        return;
      }
      start(take());
      if (stopped) return;
    }
    sleep();
  };
  const sleep = () => {
    clearTimeout(timer);
    clearImmediate(immediate);
    const next = nextAt();
    if (next === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(pump, Math.min(TIMER_MS_MAX, Math.max(0, next - performance.now())));
  };
  immediate = setImmediate(pump);
  return {
    comeBack: (arrival) => {
      if (stopped) return;
      returning.add({ at: arrival.plannedAt, what: arrival });
      if (arrival.plannedAt <= nextAt()) sleep();
    },
    waiting: () => times.length - started + returning.size,
    stop: () => {
      stopped = true;
      started = times.length;
      returning.clear();
      clearTimeout(timer);
      clearImmediate(immediate);
    },
  };
}

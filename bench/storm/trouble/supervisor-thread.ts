// Which thread of a master supervises: the one that has started its children, or, when there are none, the one that
// waits in poll(2) while Node's main thread waits in epoll. A process with a single thread is its own supervisor.

import { childrenOfThread, sleepsIn, threadsOf } from '../watch/proc.ts';

/** Names of the kernel's functions, by which a thread that sleeps in poll(2) is known. */
const IN_POLL = /^(poll_schedule|do_sys_poll|do_poll)/;
const LOOKS = 50;
const PAUSE_MS = 4;

/** undefined: nothing tells it from the others. */
export async function findSupervisor(pid: number): Promise<number | undefined> {
  const threads = threadsOf(pid);
  if (threads.length === 1) return threads[0];
  // The plane may have children too (never of a preforkd): only one parent is an answer.
  const parents = threads.filter((thread) => childrenOfThread(pid, thread).length > 0);
  if (parents.length === 1) return parents[0];
  for (let look = 0; look < LOOKS; look += 1) {
    const polling = threads.filter((thread) => IN_POLL.test(sleepsIn(pid, thread) ?? ''));
    if (polling.length === 1) return polling[0];
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return undefined;
}

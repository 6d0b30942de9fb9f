// Sends a signal to a process that may just have ended.

/** False when it is gone, or not ours to signal. */
export function sendTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

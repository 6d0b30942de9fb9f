// All programs that the simulator knows: workers, daemons, jobs. Clients are in clients.ts.

export { BEHAVIOURS, type Behaviour, behavioursOf } from './behaviours.ts';
export { DAEMON_BEHAVIOURS, type DaemonBehaviour, type DaemonOptions, daemonProgram } from './daemon.ts';
export { JOB_BEHAVIOURS, type JobBehaviour, type JobOptions, jobProgram } from './job.ts';
export type { WorkerOptions } from './options.ts';
export { workerProgram } from './worker.ts';

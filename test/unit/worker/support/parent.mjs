// A process between the test and the worker, to be killed: it spawns the command line after it, and passes everything.
import { spawn } from 'node:child_process';
import { PREFORKD_MASTER_PID } from '../../../../src/protocol/environment.ts';

spawn(process.execPath, process.argv.slice(2), {
  stdio: ['ignore', 1, 2, 3, 4],
  env: { ...process.env, [PREFORKD_MASTER_PID]: String(process.pid) },
});
setInterval(() => {}, 3_600_000);

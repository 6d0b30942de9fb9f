// The programs of the port contract, for the simulator.
// Used by sim-world.ts.

import type { Errno } from '../../src/os/os.ts';
import type { Program } from '../../src/os/sim/program.ts';
import type { ProgramName, Program as ProgramRequest } from './world.ts';

const SLEEP_MS = 60_000;
const EXEC_ERRORS: Partial<Record<ProgramName, Errno>> = {
  missing: 'ENOENT',
  'not-executable': 'EACCES',
  'no-format': 'ENOEXEC',
  'below-a-file': 'ENOTDIR',
};

const sleeper: Program = function* () {
  yield { kind: 'sleep', ms: SLEEP_MS };
  return 0;
};

const PROGRAMS: Partial<Record<ProgramName, Program>> = {
  'exit-0': exits(0),
  'exit-3': exits(3),
  'exit-255': exits(255),
  sleeper,
  'dies-by-sigsegv': function* () {
    yield { kind: 'die', signal: 'SIGSEGV' };
    return 0;
  },
  'writes-to-channel': writes(3, () => 'message!'),
  'leaves-a-child': function* (self) {
    self.fork(sleeper);
    yield { kind: 'sleep', ms: 0 };
    return 0;
  },
  'tells-environment': writes(1, (environment) => {
    return Object.entries(environment)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
  }),
};

function exits(code: number): Program {
  return function* () {
    yield { kind: 'sleep', ms: 0 };
    return code;
  };
}

function writes(fd: number, text: (environment: Readonly<Record<string, string>>) => string): Program {
  return function* (self) {
    self.write(fd, new TextEncoder().encode(text(self.environment)));
    yield { kind: 'sleep', ms: 0 };
    return 0;
  };
}

export function requestOf(name: ProgramName, directory: string): ProgramRequest {
  return { path: `${directory}/${name}`, argv: [name], environment: ['PATH=/usr/bin:/bin'] };
}

export function programAt(path: string): Program | Errno {
  const name = path.slice(path.lastIndexOf('/') + 1) as ProgramName;
  return PROGRAMS[name] ?? EXEC_ERRORS[name] ?? 'ENOENT';
}

// Planted in reload and in what it leaves behind.

import type { Mutant } from '../mutant.ts';

export const OPERATOR: readonly Mutant[] = [
  {
    name: 'reload-keeps-the-old-maxchild',
    says: 'A reload takes over prefork and forgets maxchild.',
    rules: ['limits-as-ordered'],
    edits: [
      {
        file: 'core/reload.ts',
        find: `    service.limits.maxchild = unit.maxchild;\n`,
        replace: ``,
      },
    ],
  },
  {
    name: 'reload-keeps-the-old-workers',
    says: 'Whether the command has changed is asked after the new one was taken over: workers with the old one stay.',
    rules: ['reload-renews'],
    edits: [
      {
        file: 'core/reload.ts',
        find: `  const restart = commandKey(service.command) !== commandKey(unit.command);
  service.command = unit.command;`,
        replace: `  service.command = unit.command;
  const restart = commandKey(service.command) !== commandKey(unit.command);`,
      },
    ],
  },
  {
    name: 'removed-socket-left-open',
    says: 'The socket of a removed service is shut down, and never closed.',
    rules: ['no-descriptor-leaked'],
    edits: [
      {
        file: 'core/listeners.ts',
        find: `    closeRefused(master, service);\n    master.services.splice`,
        replace: `    master.services.splice`,
      },
    ],
  },
  {
    name: 'removed-socket-still-served',
    says: 'The socket of a removed service is let go of without being shut down: its busy workers go on to accept.',
    rules: ['removed-refuses'],
    edits: [
      {
        file: 'core/listeners.ts',
        find: `function keepRefusing(master: Master, { refused }: Service): void {
  if (refused) master.os.refuseClients(refused.fd, refused.address);
}`,
        replace: `function keepRefusing(_master: Master, _service: Service): void {}`,
      },
    ],
  },
  {
    name: 'disabled-socket-left-open',
    says: "A service that Cyrus's rule has disabled keeps its socket: clients wait in a queue that nobody reads.",
    rules: ['disabled-refuses'],
    edits: [{ file: 'core/supervisor.ts', find: `    refuseDisabled(master);\n`, replace: `` }],
  },
  {
    name: 'removed-services-wait-for-a-reload',
    says: 'Removed services are forgotten at the next reload, and not when their last worker has ended.',
    rules: ['no-descriptor-leaked', 'comes-to-rest', 'nothing-is-left', 'removed-is-forgotten'],
    edits: [
      { file: 'core/supervisor.ts', find: `    forgetRemoved(master);\n`, replace: `` },
      {
        file: 'core/reload.ts',
        find: `  changeStartCap(master, spec);\n  master.spec = spec;`,
        replace: `  forgetRemoved(master);\n  changeStartCap(master, spec);\n  master.spec = spec;`,
      },
      {
        file: 'core/reload.ts',
        find: `import { addressText, addService, openListener,`,
        replace: `import { addressText, addService, forgetRemoved, openListener,`,
      },
    ],
  },
];

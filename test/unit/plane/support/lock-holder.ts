// A process that takes the instance lock of the directory it is given, says so, and holds it until it is killed.

import { takeInstanceLock } from '../../../../src/plane/instance-lock.ts';

const outcome = await takeInstanceLock(process.argv[2] ?? '');
process.stdout.write(`${outcome.kind}\n`);
setInterval(() => {}, 60_000);

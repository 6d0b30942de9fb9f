// The port contract on the kernel.

import { makeLinuxWorld } from './linux-world.ts';
import { portContract } from './port-contract.ts';

portContract('Linux', makeLinuxWorld);

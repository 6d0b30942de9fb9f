// The port contract on the simulator.

import { portContract } from './port-contract.ts';
import { makeSimWorld } from './sim-world.ts';

portContract('the simulator', makeSimWorld);

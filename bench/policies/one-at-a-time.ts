// Cyrus's master, and Postfix's: while a client waits and nobody is ready, one worker; whoever is starting counts as
// ready, so that the next one comes when this one has taken its client. What is missing from prefork is started at once
// (Cyrus; Postfix has no prefork). Pure.
// Source: Cyrus IMAP, cyrus.conf(5), prefork= and maxchild=; Postfix, master(5) and the architecture overview
// (OVERVIEW.html, "master(8) ... on demand"). As in both, nothing but ready workers and a waiting client is looked at.

import type { SpawnPolicy } from '../../src/core/spawn-policy.ts';
import { unpaced } from './plugged.ts';

export const oneAtATime: SpawnPolicy = (figures) => {
  const { queue, minReady, ready } = figures;
  const onDemand = queue > 0 && ready === 0 ? 1 : 0;
  return unpaced(Math.max(minReady - ready, onDemand), figures);
};

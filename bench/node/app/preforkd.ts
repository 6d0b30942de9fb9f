// The application as a worker of preforkd: connections come from the SDK. Usage (cmd= of a service): preforkd.js http|echo

import { serve } from '../../../src/worker/index.ts';
import { type AppKind, createApp, journalUp } from './handler.ts';

const app = createApp(process.argv[2] as AppKind);
// A reload and a stop: clients that keep their connection are told to come back on a new one.
process.on('SIGHUP', app.drain);
process.on('SIGTERM', app.drain);
serve((socket) => {
  app.server.emit('connection', socket);
});
journalUp();

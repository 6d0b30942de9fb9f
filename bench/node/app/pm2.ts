// The application as pm2 runs it in cluster mode: it listens by itself, and on SIGINT (the first word of `pm2 reload`)
// closes its server and ends after its last connection, as pm2's page on graceful shutdown has it.
// Usage: BENCH_PORT=... pm2 start pm2.js -i 2 -- http|echo

import { type AppKind, BACKLOG, createApp, HOST, journalUp } from './handler.ts';

const app = createApp(process.argv[2] as AppKind);
process.on('SIGINT', () => {
  app.drain();
  app.server.close(() => process.exit(0));
});
app.server.listen({ port: Number(process.env.BENCH_PORT), host: HOST, backlog: BACKLOG }, journalUp);

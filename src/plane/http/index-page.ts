// The page at `/`: says what the other pages are. Static; served by routes.

export const INDEX_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>preforkd</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 40rem; padding: 0 1rem }</style>
<h1>preforkd</h1>
<ul>
  <li><a href="/api/status">/api/status</a> &ndash; services and workers, as JSON</li>
  <li><a href="/metrics">/metrics</a> &ndash; for Prometheus</li>
  <li><a href="/healthz">/healthz</a> &ndash; 200 while the supervisor turns</li>
  <li><a href="/readyz">/readyz</a> &ndash; 200 while every service listens</li>
</ul>
<p>On the command line: <code>preforkd status</code>, <code>preforkd why SERVICE</code>.</p>
</html>
`;

// The HTTP listener: metrics, health and status, read-only. Everything is bounded (header size, time, connections)
// and no body is accepted: bad input costs its sender the connection and harms nothing else. A taken port does not
// stop the master: services run on, and the port is tried again. Started by wiring.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { HttpSettings } from '../../config/settings.ts';
import { createAccess, UNAUTHORIZED } from './access.ts';
import { isOwnName, MISDIRECTED, namesChecked } from './host-name.ts';
import { createListener, READY_TO_SPEAK, schemeOf } from './listener.ts';
import { createPlaces, type Places } from './places.ts';
import type { HttpRoutes } from './routes.ts';

const HEADER_BYTES_MAX = 8 * 1024;
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
/** Whoever wants more connects again. Requests may come all at once, and each answer would wait in memory. */
const REQUESTS_PER_CONNECTION_MAX = 100;
/** How often node looks for requests that take too long; it does so also when nobody is there, and wakes the master. */
const CHECK_INTERVAL_MS = 30_000;
const BIND_RETRY_MS = 5_000;

export interface HttpInput extends HttpSettings {
  readonly routes: HttpRoutes;
  /** How long a client may take to send its request line and headers; another one for tests. */
  readonly headersTimeoutMs?: number;
  listening(url: string): void;
  /** Told once per row of failures. */
  unavailable(reason: string, retryInMs: number): void;
  failed(reason: string): void;
}

export interface HttpServer {
  /** The address in use; undefined while the port is taken. */
  url(): string | undefined;
  /** Reads token and certificate again. */
  renew(): void;
  stop(): void;
}

export function startHttpServer(input: HttpInput): HttpServer {
  const access = createAccess(input, input.failed);
  const checksNames = namesChecked(input);
  const options = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: input.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  };
  const server = createListener(options, access, (request, response) => {
    places.busy(request.socket);
    response.once('close', () => places.silent(request.socket));
    const foreign = checksNames && !isOwnName(request.headers.host);
    const routes = foreign ? misdirected : access.mayRead(request) ? input.routes : refuse;
    void serve(input, places, routes, request, response);
  });
  const places = createPlaces(server);
  server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION_MAX;
  // Who says that it has no more to ask (shutdown(2), `nc -N`) still waits for the answer: node would hang up before.
  Object.assign(server, { httpAllowHalfOpen: true });
  limitFirstHeaders(server, input.headersTimeoutMs ?? HEADERS_TIMEOUT_MS);
  // A client that does not read its answer is silent too.
  server.setTimeout(REQUEST_TIMEOUT_MS, (socket: Socket) => socket.destroy());
  server.on('clientError', refuseGarbage);
  const stopBinding = keepBinding(server, input);
  return {
    url: () => urlOf(server),
    renew: access.renew,
    stop: () => {
      stopBinding();
      server.close();
      server.closeAllConnections();
    },
  };
}

const refuse: HttpRoutes = async () => UNAUTHORIZED;
const misdirected: HttpRoutes = async () => MISDIRECTED;

/** To the moment, by a timer that only a connection has. Node's own look is for what comes after a first request. */
function limitFirstHeaders(server: Server, limitMs: number): void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  server.on(READY_TO_SPEAK[schemeOf(server)], (socket: Socket) => {
    const tooLate = Object.assign(new Error('no request in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    // The first time it is refused; whoever stays all the same is cut off the next time.
    const timer = setInterval(refuseGarbage, limitMs, tooLate, socket).unref();
    timers.set(socket, timer);
    socket.once('close', () => clearInterval(timer));
  });
  server.on('request', ({ socket }: IncomingMessage) => clearInterval(timers.get(socket)));
}

/** Binds, now or later. */
function keepBinding(server: Server, input: HttpInput): () => void {
  let timer: NodeJS.Timeout | undefined;
  let told = false;
  const bind = () => server.listen({ host: input.host, port: input.port });
  server.on('listening', () => {
    told = false;
    input.listening(urlOf(server) ?? '');
  });
  server.on('error', (error) => {
    if (!told) input.unavailable(error.message, BIND_RETRY_MS);
    told = true;
    if (!server.listening) timer = setTimeout(bind, BIND_RETRY_MS).unref();
  });
  bind();
  return () => clearTimeout(timer);
}

function urlOf(server: Server): string | undefined {
  const address = server.address() as AddressInfo | null;
  if (address === null) return undefined;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${schemeOf(server)}://${host}:${address.port}`;
}

/** For a browser that is led here by a page of somebody else. */
const HARDENING = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

async function serve(
  input: Pick<HttpInput, 'failed'>,
  places: Places,
  routes: HttpRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const page = await routes(request);
    response.writeHead(page.status, {
      'content-type': page.contentType,
      ...(page.take ? {} : { 'content-length': Buffer.byteLength(page.body) }),
      'cache-control': 'no-store',
      ...HARDENING,
      ...page.headers,
      ...(page.close ? { connection: 'close' } : {}),
    });
    if (page.take && request.method !== 'HEAD') {
      // It is silent for as long as it only listens; who takes it knows when it has gone.
      request.socket.setTimeout(0);
      places.stays(request.socket);
      page.take(response);
      return;
    }
    response.end(request.method === 'HEAD' ? undefined : page.body);
    if (page.close) response.once('finish', () => request.socket.destroySoon());
  } catch (error) {
    input.failed(error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain', connection: 'close' });
    response.end('an error of our own; the log says more\n');
  }
}

const GARBAGE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function refuseGarbage(
  error: NodeJS.ErrnoException,
  stream: NodeJS.WritableStream & { destroy(): void },
): void {
  if (!stream.writable || error.code === 'ECONNRESET') {
    stream.destroy();
    return;
  }
  const status = GARBAGE[error.code ?? ''] ?? '400 Bad Request';
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

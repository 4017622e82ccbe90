import type { AddressInfo } from 'node:net';
import websocket from '@fastify/websocket';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type MeasuredVitals, Metrics } from '../metrics/metrics.ts';
import type { Live } from '../seen/live.ts';
import { statusOf, type Vitals } from '../seen/status.ts';
import { isLocalName, isLoopback, joined, listenError, split } from './address.ts';
import { type AdminSide, adminRoutes } from './admin-routes.ts';
import { type ChatSockets, ORDER_BYTES_MAX } from './chat-sockets.ts';
import { liveRoutes } from './live-routes.ts';
import { servePages } from './pages.ts';
import { refuse, refuseWith } from './refusal.ts';

/** Besides the sockets of chat pages. */
const CONNECTIONS_MAX = 256;
const BODY_BYTES_MAX = 1024;
const REQUEST_TIMEOUT_MS = 5000;
/** The socket of a page that sent too much has been closed with the code that says so: nothing is left to be done. */
const SOCKETS = { options: { maxPayload: ORDER_BYTES_MAX }, errorHandler: () => {} };
/** An id of a job, each byte of it written as three. */
const PARAMETER_MAX = 400;
/** Longer than Prometheus waits between two scrapes as a rule. */
const IDLE_MS = 75_000;

export interface RunningHttp {
  /** Host and port, with the port that was really taken. */
  readonly address: string;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

/**
 * Serves metrics, health and status at `address`, host:port, the jobs of the admin side and the page of the chat
 * where there are these. Throws ADDRESS_IN_USE, or OPTION_INVALID when nothing can listen there.
 */
export async function startHttp(
  address: string,
  vitals: MeasuredVitals,
  now: () => number,
  admin: AdminSide | null = null,
  chat: ChatSockets | null = null,
  live: Live | null = null,
): Promise<RunningHttp> {
  const { host, port } = split(address);
  const metrics = new Metrics(vitals, now, () => live?.feed.size ?? 0);
  const app = appOf();
  if (chat !== null) await app.register(websocket, SOCKETS);
  // Behind the sockets' own: what is refused here is closed there.
  guard(app, isLoopback(host));
  routes(app, metrics, vitals, now);
  if (admin !== null) adminRoutes(app, admin);
  if (admin !== null && live !== null) liveRoutes(app, vitals.broker, live, admin.admin.seen, now);
  servePages(app, chat !== null);
  chat?.serve(app);
  const close = async () => {
    live?.close();
    await chat?.close();
    await app.close();
    metrics.close();
  };
  try {
    await app.listen({ host, port });
  } catch (error) {
    await close();
    throw listenError(address, error);
  }
  const taken = (app.server.address() as AddressInfo).port;
  return { address: joined({ host, port: taken }), close };
}

function appOf(): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: IDLE_MS,
    connectionTimeout: IDLE_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: PARAMETER_MAX },
    // What the router cannot read, before any handler of ours.
    frameworkErrors: (error, _request, reply) => refuseWith(reply as FastifyReply, error),
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  app.server.headersTimeout = REQUEST_TIMEOUT_MS;
  app.setNotFoundHandler((request, reply) => {
    return refuse(reply, 404, 'NOT_FOUND', `nothing is at ${pathOf(request)}`);
  });
  app.setErrorHandler((error: Error, _request, reply) => refuseWith(reply, error));
  return app;
}

/** Refuses what is asked for by another name, or in another way. */
function guard(app: FastifyInstance, loopback: boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    // Whoever asks for a socket and is refused gets no other request through on that connection.
    if (request.headers.upgrade !== undefined) reply.header('connection', 'close');
    if (loopback && !isLocalName(request.headers.host)) {
      return refuse(reply, 403, 'HOST_REFUSED', 'this address is asked for by another name');
    }
    if (isFromElsewhere(request.headers)) {
      return refuse(reply, 403, 'ORIGIN_REFUSED', 'a page of another site gets nothing here');
    }
    if (request.is404 && request.method !== 'GET' && request.method !== 'HEAD') {
      reply.header('allow', 'GET, HEAD');
      return refuse(reply, 405, 'METHOD_REFUSED', `${request.method} is not served here`);
    }
    return undefined;
  });
}

/** A page of another site could read nothing, but hold streams open; a link on it may lead here. */
function isFromElsewhere(headers: FastifyRequest['headers']): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
}

function routes(app: FastifyInstance, metrics: Metrics, vitals: Vitals, now: () => number): void {
  app.get('/metrics', async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.page());
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const ready = vitals.ready();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
  });
  app.get('/api/status', async () => {
    await vitals.store?.refresh();
    return statusOf(now(), vitals);
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}

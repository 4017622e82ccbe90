import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLocalName, isLoopback, joined, listenError, split } from '../broker/http/address.ts';
import { ProcessMetrics } from '../broker/metrics/process-metrics.ts';
import type { Worker } from '../index.ts';
import { WorkerPage } from './worker-page.ts';

const CONNECTIONS_MAX = 64;
const REQUEST_TIMEOUT_MS = 5000;
/** Longer than Prometheus waits between two scrapes as a rule. */
const IDLE_MS = 75_000;

export interface RunningWorkerHttp {
  /** Host and port, with the port that was really taken. */
  readonly address: string;
  /** Ends all connections at once. */
  close(): void;
}

/**
 * Serves the metrics and the health of a worker at `address`, host:port: /readyz is 200 while it is joined to its broker.
 * Throws ADDRESS_IN_USE, or OPTION_INVALID when nothing can listen there.
 */
export async function startWorkerHttp(address: string, worker: Worker): Promise<RunningWorkerHttp> {
  const { host, port } = split(address);
  const side = new WorkerHttp(worker, isLoopback(host));
  const server = createServer((request, response) => void side.answer(request, response));
  server.maxConnections = CONNECTIONS_MAX;
  server.requestTimeout = server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = IDLE_MS;
  try {
    await listen(server, host, port);
  } catch (error) {
    side.close();
    throw listenError(address, error);
  }
  const close = () => {
    server.close();
    server.closeAllConnections();
    side.close();
  };
  return { address: joined({ host, port: (server.address() as AddressInfo).port }), close };
}

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly body: Buffer | string;
}

class WorkerHttp {
  readonly #worker: Worker;
  readonly #loopback: boolean;
  readonly #process = new ProcessMetrics();
  readonly #page: WorkerPage;

  constructor(worker: Worker, loopback: boolean) {
    this.#worker = worker;
    this.#loopback = loopback;
    this.#page = new WorkerPage(worker);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { code, type, body } = await this.#answerTo(request);
    response.writeHead(code, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? '' : body);
  }

  close(): void {
    this.#process.close();
  }

  async #answerTo({ method, url = '', headers }: IncomingMessage): Promise<Answer> {
    if (this.#loopback && !isLocalName(headers.host)) {
      return refusal(403, 'HOST_REFUSED', 'this address is asked for by another name');
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return refusal(405, 'METHOD_REFUSED', `${method} is not served here`);
    }
    const path = url.split('?', 1)[0]!;
    if (path === '/healthz') return json(200, { status: 'ok' });
    if (path === '/readyz') {
      const ready = this.#worker.figures().joined;
      return json(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready' });
    }
    if (path !== '/metrics') return refusal(404, 'NOT_FOUND', `nothing is at ${path}`);
    const body = this.#page.text() + (await this.#process.text());
    return { code: 200, type: ProcessMetrics.contentType, body };
  }
}

function refusal(code: number, name: string, message: string): Answer {
  return json(code, { error: { code: name, message } });
}

function json(code: number, value: object): Answer {
  return { code, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

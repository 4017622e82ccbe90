/** A made-up broker with so many workers that a page might choke on them: all of them are another in each change. */

import { type FastifyInstance, fastify } from 'fastify';
import { servePages } from '../../src/broker/http/pages.ts';
import type { WorkerChange } from '../../src/view/live.ts';
import { changed, figures, type, whole, worker } from './live.ts';

const EVERY_MS = 500;
const TYPES = ['A', 'B', 'C', 'D'];
const WAITING = 10_000;

export class Crowd {
  readonly #app: FastifyInstance = fastify({ forceCloseConnections: true });
  readonly #names: readonly string[];
  #tick = 0;
  url = '';

  constructor(workers: number) {
    this.#names = Array.from({ length: workers }, (_, i) => `w${i}`);
  }

  async start(): Promise<this> {
    servePages(this.#app, false);
    this.#app.get('/healthz', () => ({ status: 'ok' }));
    this.#app.get('/api/live', (_request, reply) => {
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, { 'content-type': 'text/event-stream' });
      const say = (event: string, what: object) =>
        raw.write(`event: ${event}\ndata: ${JSON.stringify(what)}\n\n`);
      say('whole', this.#whole());
      const timer = setInterval(() => say('change', this.#change()), EVERY_MS);
      raw.on('close', () => clearInterval(timer));
    });
    this.url = `${await this.#app.listen({ host: '127.0.0.1', port: 0 })}/`;
    return this;
  }

  async close(): Promise<void> {
    await this.#app.close();
  }

  #whole() {
    const workers = this.#names.map((name, i) => worker(name, [TYPES[i % TYPES.length]!]));
    return whole(Date.now(), { workers, types: this.#types(), figures: this.#figures() });
  }

  /** Every worker has another load, and one of them dies. */
  #change() {
    this.#tick++;
    const workers = this.#names.map((key, i): WorkerChange => {
      const inflight = (i + this.#tick) % 5;
      return [key, 'alive', inflight / 4, 4, inflight, 1000 + this.#tick, 0];
    });
    const workersGone = [this.#names[this.#tick]!];
    return changed(Date.now(), {
      workers,
      workersGone,
      types: this.#types(),
      figures: this.#figures(),
    });
  }

  #types() {
    const counts = { submitted: 1000 * this.#tick, answered: 1000 * this.#tick };
    const each = { workers: this.#names.length / TYPES.length, waiting: WAITING / TYPES.length };
    return TYPES.map((name) => type(name, { ...counts, ...each }));
  }

  #figures() {
    return figures({ waiting: WAITING, dispatched: 2000, clients: 8 });
  }
}

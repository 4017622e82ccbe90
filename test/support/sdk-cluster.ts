/** The SDK with a real broker, all in this process. */

import { startBroker } from '../../src/broker/server.ts';
import { Client, type Handler, Worker } from '../../src/index.ts';
import { brokerOptions, optionsFrom } from '../../src/options.ts';
import { until } from './poll.ts';

const ANY = 'tcp://127.0.0.1:*';

/** A broker of this test's own, with a worker for what the handlers name. */
export async function cluster(handlers: Record<string, Handler>, capacity = 16) {
  const given = { frontend: ANY, backend: ANY, http: 'off', heartbeatMs: 50, memory: true };
  let left = false;
  const broker = await startBroker(optionsFrom(brokerOptions, given), ({ text }) => {
    left ||= /^a worker (has left|is gone)/.test(text);
  });
  const worker = new Worker({ broker: broker.backend, capacity });
  for (const [type, handler] of Object.entries(handlers)) worker.handle(type, handler);
  await worker.start();
  const client = new Client({ broker: broker.frontend });
  const end = async () => {
    await client.close();
    await worker.close();
    await until('the goodbye of the worker', () => left);
    await broker.close();
  };
  return { broker, worker, client, end };
}

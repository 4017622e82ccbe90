/** A client and a worker in a process without an SDK: what a handler sees of a trace, and what was loaded for it. */

import { createRequire } from 'node:module';
import { Client, Worker } from '../../src/index.ts';

const [frontend = '', backend = ''] = process.argv.slice(2);
const client = new Client({ broker: frontend });
const worker = new Worker({ broker: backend });
worker.handle('A', ({ traceparent, tracestate }) => `${traceparent} "${tracestate}"`);
await worker.start();
const answer = (await client.call('A', '')).text();
await client.close();
await worker.close();
const loaded = Object.keys(createRequire(import.meta.url).cache);
const telemetry = loaded.filter((file) => file.includes('@opentelemetry'));
process.stdout.write(JSON.stringify({ answer, loaded: telemetry }));

/** A load: `node clients/load.ts C 10000 64` hands in 10,000 jobs of type C, 64 at once, and prints jobs a second. */

import { Client } from '../src/index.ts';

const [type = 'C', count = '10000', concurrency = '64'] = process.argv.slice(2);
const client = new Client({ connectTimeoutMs: 5000 });
let left = Number(count);
let failed = 0;

async function lane(): Promise<void> {
  while (left-- > 0) await client.call(type, 'a few words').catch(() => failed++);
}

const from = performance.now();
await Promise.all(Array.from({ length: Number(concurrency) }, lane));
const seconds = (performance.now() - from) / 1000;
console.log(`${count} jobs in ${seconds.toFixed(2)} s: ${Math.round(Number(count) / seconds)}/s`);
if (failed > 0) console.error(`${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
await client.close();

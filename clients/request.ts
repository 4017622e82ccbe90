/** One job: `node clients/request.ts C 'how many words are these'` prints its answer. */

import { Client, LatidoError } from '../src/index.ts';

const [type = 'C', body = 'how many words are these'] = process.argv.slice(2);
const client = new Client({ connectTimeoutMs: 5000 });
try {
  const answer = await client.call(type, body, { timeoutMs: 30_000 });
  console.log(answer.text());
} catch (error) {
  if (!(error instanceof LatidoError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
await client.close();

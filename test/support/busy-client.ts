/** A client in a process of its own: jobs of all kinds until SIGTERM, then what became of them, in a file. */

import { writeFileSync } from 'node:fs';
import { Client } from '../../src/index.ts';
import { KeptLoad } from './kept-load.ts';
import type { KeptOutcome } from './kept-record.ts';
import { Load } from './load.ts';
import type { Outcome } from './record.ts';

export interface Outcomes {
  readonly calls: readonly Outcome[];
  readonly kept: readonly KeptOutcome[];
}

const [broker, file] = process.argv.slice(2);
const client = new Client({ broker: broker! });
const timeouts = { timeoutMs: 20_000, answerTimeoutMs: 5000 };
const calls = [
  new Load(client, 'A', 4, { wait: 20 }, timeouts),
  // Under generated ids, and with a deadline.
  new Load(client, 'A', 4, { wait: 20 }, { ...timeouts, level: 'disk' }),
];
const kept = ['', 'key-1', 'key-2'].map((key) => new KeptLoad(client, client, key));
process.once('SIGTERM', () => void stop());
process.stdout.write('{"event":"ready"}\n');

async function stop(): Promise<void> {
  const outcomes: Outcomes = {
    calls: (await Promise.all(calls.map((load) => load.stop()))).flat(),
    kept: (await Promise.all(kept.map((load) => load.stop()))).flat(),
  };
  writeFileSync(file!, JSON.stringify(outcomes));
  await client.close();
  process.disconnect();
}

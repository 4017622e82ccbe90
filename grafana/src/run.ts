/** npm run grafana: the demo, Prometheus and Grafana of this machine, on loopback, until Ctrl-C. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms } from './found.ts';
import { Stack } from './stack.ts';

const found = findPrograms(process.env.PATH ?? '');
if (typeof found === 'string') {
  process.stderr.write(`npm run grafana: ${found}\n`);
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'latido-grafana-'));
const stack = new Stack(found, folder);
const stopped = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve());
  process.once('SIGTERM', () => resolve());
});
let code = 0;
try {
  await Promise.race([stack.start(process.argv.slice(2)), stopped]);
  await Promise.race([stack.failed, stopped]);
} catch (error) {
  process.stderr.write(`npm run grafana: ${(error as Error).message}\n`);
  code = 1;
}
await stack.stop();
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
process.exit(code);

/** npm run grafana, with the Prometheus of this machine; without a Grafana, a stand-in that answers as if it was healthy. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { until } from '../support/poll.ts';
import { hasPrometheus } from '../support/prometheus.ts';

const run = fileURLToPath(new URL('../../grafana/src/run.ts', import.meta.url));
const STAND_IN = `#!${process.execPath}
const fs = require('node:fs');
const { env } = process;
fs.writeFileSync(env.GF_PATHS_DATA + '.json', JSON.stringify({ args: process.argv.slice(2), env }));
require('node:http').createServer((_, answer) => answer.end('{}'))
  .listen(Number(env.GF_SERVER_HTTP_PORT), env.GF_SERVER_HTTP_ADDR);
`;

test('npm run grafana starts the demo, Prometheus that reads it and Grafana, and leaves nothing behind', async (t) => {
  if (!hasPrometheus()) {
    t.log('skipped: prometheus is not installed (Debian: prometheus)');
    t.pass();
    return;
  }
  t.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'latido-run-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  standIn(join(folder, 'grafana'));
  const PATH = `${join(folder, 'grafana/bin')}:${process.env.PATH}`;
  const any = ['--frontend=tcp://127.0.0.1:*', '--backend=tcp://127.0.0.1:*', '--http=127.0.0.1:0'];
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const child = spawn(process.execPath, [run, ...any], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH, TMPDIR: temporary },
  });
  t.teardown(() => child.kill('SIGTERM'));
  const lines = createInterface({ input: child.stdout });
  let said = '';
  lines.on('line', (line) => {
    said += `${line}\n`;
  });
  const [, prometheus] = await until('it says where', () => /Prometheus +(\S+)/.exec(said), 90_000);
  t.regex(said, /Grafana +http:\/\/127\.0\.0\.1:\d+\/d\/latido/);
  const up = `${prometheus}/api/v1/query?query=${encodeURIComponent('count by (job) (up == 1)')}`;
  const jobs = await until(
    'all are read',
    async () => {
      const { data } = (await (await fetch(up)).json()) as { data: { result: Sample[] } };
      const read = data.result.map(({ metric, value }) => `${metric.job} ${value[1]}`).toSorted();
      return read.join() === 'latido 1,latido-workers 8' && read;
    },
    60_000,
  );
  t.is(jobs.length, 2);
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  t.is(code, 0);
  const left = readdirSync(temporary).filter((name) => name.startsWith('latido'));
  t.deepEqual(left, []);
});

interface Sample {
  readonly metric: { readonly job: string };
  readonly value: readonly [number, string];
}

/** A folder like that of a Grafana that was unpacked. */
function standIn(home: string): void {
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(join(home, 'conf'));
  writeFileSync(join(home, 'conf/defaults.ini'), '');
  writeFileSync(join(home, 'bin/grafana'), STAND_IN);
  chmodSync(join(home, 'bin/grafana'), 0o755);
}

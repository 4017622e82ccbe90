/** The programs of docs/patterns.md, each as it is typed there, with one broker. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { compile, patterns, prepare, run } from './support/patterns.ts';
import { startTestBroker, type TestBroker } from './support/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'latido-patterns-'));
let broker: TestBroker;

test.before(async () => {
  broker = await startTestBroker('--memory=false', `--data=${join(folder, 'data')}`);
  prepare(folder, broker);
});

test.after.always(async () => {
  broker?.program.kill('SIGKILL');
  await broker?.program.ended;
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

for (const pattern of patterns) {
  test(`${pattern.heading}: what the page says to type prints what it says`, async (t) => {
    t.is(withoutTimes(await run(folder, pattern, broker)), withoutTimes(pattern.prints));
    if (!pattern.prints.includes('in attempt 2')) return;
    const metrics = await (await fetch(`http://${broker.http}/metrics`)).text();
    t.regex(metrics, /^latido_attempts_total\{type="thumb",cause="worker-gone"\} 1$/m);
  });
}

test('each pattern has its programs, and the compiler has nothing to say about them', async (t) => {
  t.is(patterns.length, 8);
  t.is(await compile(folder), '');
});

function withoutTimes(text: string): string {
  return text.replaceAll(/^\d\d:\d\d /gm, '');
}

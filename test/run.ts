/**
 * The tests: two files at a time, then those that look at how long something takes, one after the other. Arguments are AVA's;
 * the last lines with `--tap` sum up both.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const ava = fileURLToPath(new URL('../node_modules/ava/entrypoints/cli.mjs', import.meta.url));

/** What they find depends on how long something takes, or on which signal comes first. */
const TIMED = /^(?:doors|failures|heap|hostile|metrics)\.test\.ts$/;

const files = readdirSync(here).filter((file) => file.endsWith('.test.ts'));
const args = process.argv.slice(2);
const counts = { pass: 0, fail: 0 };

async function run(concurrency: number, chosen: readonly string[]): Promise<number> {
  const paths = chosen.map((file) => `test/${file}`);
  const child = spawn(process.execPath, [ava, `--concurrency=${concurrency}`, ...args, ...paths], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    const [, what, count] = /^# (pass|fail) (\d+)$/.exec(line) ?? [];
    if (what !== undefined) counts[what as 'pass' | 'fail'] += Number(count);
    process.stdout.write(`${line}\n`);
  }
  const [code] = (await ended) as [number | null];
  return code ?? 1;
}

const codes = [
  await run(
    2,
    files.filter((file) => !TIMED.test(file)),
  ),
  await run(
    1,
    files.filter((file) => TIMED.test(file)),
  ),
];
if (args.includes('--tap')) process.stdout.write(`# pass ${counts.pass}\n# fail ${counts.fail}\n`);
process.exitCode = Math.max(...codes);

/**
 * Plants each of the bugs of `mutants.ts` in a copy of the sources and runs the tests that should notice it. Ends with 1 when
 * one goes unnoticed. `npm run mutants -- WORD...` plants only those whose names have one of these words.
 */

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';
import { mutants, planted } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TIMEOUT_MS = 900_000;
/** A bug that makes tests hang is noticed, too: when they take so much longer than without it. */
const SLOWER = 3;
const SLACK_MS = 30_000;

/** A plain run of the tests looks at too few power cuts and worlds to notice all. */
const MORE = { LATIDO_POWER_IMAGES: '4000', LATIDO_SEEDS: '2000', LATIDO_CHAT_SEEDS: '300' };

const words = process.argv.slice(2);
const chosen = mutants.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
const copy = copyOf(ROOT);
const missed: string[] = [];
/** How long a test file may take. */
const limits = new Map<string, number>();
/** What the last run has said. */
let said: string[] = [];
try {
  const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))];
  for (const test of tests) await time(test);
  for (const mutant of chosen) await tryOut(mutant);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - missed.length} of ${chosen.length} bugs noticed`);
for (const name of missed) console.log(`missed: ${name}`);
process.exitCode = missed.length === 0 ? 0 : 1;

/** Without any bug. */
async function time(test: string): Promise<void> {
  const from = performance.now();
  if (await fails(test)) throw new Error(`without any bug ${test} fails:\n${said.join('')}`);
  limits.set(test, SLOWER * (performance.now() - from) + SLACK_MS);
}

async function tryOut(mutant: Mutant): Promise<void> {
  const file = join(copy, mutant.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, planted(source, mutant));
  const from = performance.now();
  const noticedBy = await failingOf(mutant.tests);
  writeFileSync(file, source);
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  const how = noticedBy === null ? '' : `${noticedBy}, `;
  console.log(`${how === '' ? 'MISSED ' : 'noticed'} ${mutant.name} (${how}${seconds} s)`);
  if (noticedBy === null) missed.push(mutant.name);
}

/** The first of these tests that does not pass, or null; one that hangs does not either. AVA has an order of its own. */
async function failingOf(tests: readonly string[]): Promise<string | null> {
  for (const test of tests) if (await fails(test)) return test;
  return null;
}

function fails(test: string): Promise<boolean> {
  const args = [
    'node_modules/ava/entrypoints/cli.mjs',
    '--fail-fast',
    '--no-worker-threads',
    '--timeout=20m',
  ];
  const child = spawn(process.execPath, [...args, test], {
    cwd: copy,
    env: { ...process.env, ...MORE },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  said = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const timer = setTimeout(() => killAll(child.pid!), limits.get(test) ?? TIMEOUT_MS);
  // A test that failed may have left a broker behind.
  child.on('exit', () => killAll(child.pid!));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code !== 0);
    });
  });
}

function killAll(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

/** All files that git knows or would, with the installed packages beside them. */
function copyOf(root: string): string {
  const target = mkdtempSync(join(tmpdir(), 'latido-mutants-'));
  const options = { cwd: root, encoding: 'utf8' } as const;
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], options);
  for (const file of listed.split('\n').filter((line) => line !== '')) {
    cpSync(join(root, file), join(target, file), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
  return target;
}

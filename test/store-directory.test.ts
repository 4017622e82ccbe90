import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { Op, readRecording } from './support/disk/recording.ts';
import { canWatch, Shim } from './support/disk/shim.ts';
import { freshPlace } from './support/store/engine.ts';

const WRITING = fileURLToPath(new URL('./support/disk/writing.ts', import.meta.url));
const ONLY_OPEN = '3';
const BROKER = fileURLToPath(new URL('../src/cli/broker.ts', import.meta.url));
const ANY = 'tcp://127.0.0.1:*';

/** Makes a store in a directory at this place; the directories that were flushed before it had a log for commits. */
function flushedFor(t: ExecutionContext, place: string, data: string): Set<string> | null {
  if (!canWatch()) {
    t.log('skipped: what is flushed can be seen only where there are Linux and gcc');
    return null;
  }
  const shim = new Shim();
  const { status, stderr } = spawnSync(process.execPath, [WRITING, data, shim.marks, ONLY_OPEN], {
    env: { ...process.env, ...shim.recording(place) },
    encoding: 'utf8',
  });
  t.is(status, 0, stderr);
  const opened = new Map<string, string>();
  const flushed = new Set<string>();
  for (const { op, handle, paths } of readRecording(shim.log)) {
    if (op === Op.RENAME && paths[1]!.endsWith('-wal')) return flushed;
    if (op === Op.OPEN) opened.set(handle, paths[0]!);
    if (op === Op.FLUSH) flushed.add(opened.get(handle)!);
  }
  t.fail('it has no log');
  return flushed;
}

test('a data directory that is made, and those above it that were made for it, outlast a power cut', (t) => {
  const place = freshPlace(t);
  const data = join(place, 'of', 'broker', 'data');
  const flushed = flushedFor(t, place, data);
  for (let each = data; flushed !== null && each !== place; each = dirname(each))
    t.true(flushed.has(dirname(each)), `${each} may be gone`);
  t.pass();
});

test('so does one that was made by a process that died before it could see to that', (t) => {
  const place = freshPlace(t);
  const data = join(place, 'data');
  mkdirSync(data);
  const flushed = flushedFor(t, place, data);
  t.true(flushed === null || flushed.has(place), `${data} may be gone`);
});

test('one that cannot be made is refused, also where the file system says that the one above is missing', (t) => {
  const unmakeable = existsSync('/proc/self') ? ['/proc/latido-data', '/proc/latido/data'] : [];
  for (const data of [...unmakeable, join(fileURLToPath(import.meta.url), 'data')]) {
    const args = [BROKER, '--data', data, '--http=off', '--frontend', ANY, '--backend', ANY];
    const options = { encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' } as const;
    const { status, stderr } = spawnSync(process.execPath, args, options);
    t.is(status, 1, stderr);
    t.true(stderr.includes(`${data}: ENO`), stderr);
  }
});

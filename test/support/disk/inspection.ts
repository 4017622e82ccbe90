import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { KeptJob } from '../../../src/core/journal.ts';
import { BatchWriter } from '../../../src/store/codec.ts';
import { Disk } from '../../../src/store/disk/disk.ts';
import { refusalOf } from '../../../src/store/disk/failure.ts';
import { makeDirectory } from '../../../src/store/disk/opening.ts';
import { databaseIn } from '../../../src/store/disk/place.ts';
import type { FoundJob } from '../../../src/store/store.ts';
import { eachJob } from '../../../src/store/stored-job.ts';
import { FOR_EVER } from '../store/engine.ts';
import { append } from '../store/images.ts';
import type { ModelStore } from '../store/model.ts';
import type { Books } from './books.ts';

/** What a job that is done costs, at most, where they are counted. */
const COST_MAX = 240 + 20 + 100;

const PIECE = 65_536;
const ZEROS = Buffer.alloc(PIECE);

/** Puts an image where a store can be opened on it. */
export function restore(image: ReadonlyMap<string, Buffer>, place: string): void {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  for (const [name, bytes] of image) {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, bytes.subarray(0, sizeWithoutEnd(bytes)));
    // Most of a log is reserved and empty.
    truncateSync(name, bytes.length);
  }
}

/** Where the zeros begin that nothing follows, about. */
function sizeWithoutEnd(bytes: Buffer): number {
  let size = bytes.length;
  while (size >= PIECE && ZEROS.equals(bytes.subarray(size - PIECE, size))) size -= PIECE;
  return size;
}

/** Opens what a cut has left in a directory; what is wrong with it, or null. */
export function inspect(dir: string, books: Books): string | null {
  let disk: Disk;
  try {
    makeDirectory(dir);
    disk = new Disk(dir, FOR_EVER);
  } catch (error) {
    return `it does not open: ${told(error, dir)}`;
  }
  try {
    return wrongs(disk, books);
  } catch (error) {
    return `it cannot be read: ${told(error, dir)}`;
  } finally {
    disk.abandon();
  }
}

/** As a broker says it. */
function told(error: unknown, dir: string): string {
  const { code, message } = refusalOf(error, databaseIn(dir));
  return `${code} ${message}`;
}

function wrongs(disk: Disk, books: Books): string | null {
  const { last } = disk;
  const model = books.after(last);
  if (model === undefined)
    return `its last commit is ${last}; ${books.durable} was said to be durable, ${books.handed} handed over`;
  const live = [...disk.live()].flatMap((chunk) => jobsIn(chunk));
  if (!isDeepStrictEqual(live, model.live().map(plainJob)))
    return `after commit ${last} other jobs should be waiting or dispatched`;
  if (disk.opened.nextNumber !== model.highestNumber + 1) return 'it would give a number twice';
  if (disk.opened.nextFence !== model.highestFence + 1) return 'it would give a fence twice';
  return wrongEnds(disk, model, books.keepBytes) ?? goesOn(disk);
}

/** All that has ended is there, but for what was forgotten because it was too much. */
function wrongEnds(disk: Disk, model: ModelStore, keepBytes: number): string | null {
  disk.digest(() => false);
  let cost = 0;
  let forgotten = 0;
  for (const number of model.jobs.keys()) {
    const expected = model.find(number)!;
    if (expected.state === 'waiting' || expected.state === 'dispatched') continue;
    const found = disk.find(expected.job.kept.id);
    if (found === null && expected.state === 'done') forgotten += 1;
    else if (!isDeepStrictEqual(jobsIn(found), [plainEnd(expected)]))
      return `job ${number} is wrong`;
    else cost += COST_MAX;
  }
  if (forgotten > 0 && cost < keepBytes) return `${forgotten} answers are missing`;
  return null;
}

/** One commit more, and a clean end. */
function goesOn(disk: Disk): string | null {
  const writer = new BatchWriter();
  writer.dropped(1e9);
  append(disk, writer);
  return null;
}

/** The jobs in bytes, such that two can be compared. */
function jobsIn(bytes: Uint8Array | null): unknown[] {
  const jobs: unknown[] = [];
  if (bytes !== null)
    eachJob(bytes, (found) => jobs.push('body' in found ? plainEnd(found) : plainJob(found.job)));
  return jobs;
}

function plainJob(job: KeptJob): unknown {
  return { ...job, body: text(job.body) };
}

function plainEnd(found: FoundJob): unknown {
  if (!('body' in found)) return found;
  const { state, job, body } = found;
  return { state, body: text(body), job: { ...job, answer: text(job.answer) } };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/**
 * What the store is measured against: a loop that appends to SQLite and does nothing else. Each commit is one row with the
 * bytes that the journal writes for so many submits at once, flushed before the next.
 */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BackoffKind, type Kept } from '../src/core/journal.ts';
import { BatchWriter } from '../src/store/codec.ts';
import { settings, tell } from './leash.ts';

export interface BareLogSettings {
  readonly directory: string;
  /** Jobs a commit. */
  readonly inFlight: number;
  readonly bodyBytes: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

const { directory, inFlight, bodyBytes, warmUpSeconds, seconds } = settings<BareLogSettings>();
const db = new DatabaseSync(join(directory, 'bare.db'));
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
db.exec('CREATE TABLE log (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)');
const insert = db.prepare('INSERT INTO log (bytes) VALUES (?)');
const bytes = batchOf(inFlight);

appendFor(warmUpSeconds);
tell({ kind: 'rate', jobsPerSecond: appendFor(seconds) });

/** Jobs a second. */
function appendFor(span: number): number {
  const from = performance.now();
  const until = from + span * 1000;
  let commits = 0;
  for (; performance.now() < until; commits++) insert.run(bytes);
  return (commits * inFlight) / ((performance.now() - from) / 1000);
}

function batchOf(jobs: number): Uint8Array {
  const batch = new BatchWriter();
  const body = Buffer.alloc(bodyBytes, 'latido');
  for (let number = 1; number <= jobs; number++) {
    batch.submitted(keptOf(number), body, 0, body.length);
  }
  const { length } = batch;
  return new Uint8Array(batch.take(), 0, length);
}

function keptOf(number: number): Kept {
  return {
    number,
    id: `@${String(number).padStart(26, '0')}`,
    type: 'echo',
    key: '',
    priority: 0,
    submittedAt: Date.now(),
    notBefore: 0,
    deadline: 0,
    trace: null,
    answerTimeoutMs: 30_000,
    attemptsMax: 3,
    backoff: { kind: BackoffKind.EXPONENTIAL, jitter: 20, ms: 1000, msMax: 60_000 },
  };
}

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { LatidoError } from '../errors.ts';
import { Changes } from './disk/change.ts';
import { wordsOf } from './disk/failure.ts';
import { readHeader } from './disk/header.ts';
import { COLUMNS, type Columns, jobOf, wrongSum } from './disk/job-table.ts';
import { JournalTable } from './disk/journal-table.ts';
import { liveRows } from './disk/live-rows.ts';
import { lockDirectory } from './disk/lock.ts';
import { Meta } from './disk/meta.ts';
import { verifyAlone } from './disk/opening.ts';
import { databaseIn } from './disk/place.ts';
import { verifySchema } from './disk/schema.ts';
import { readState } from './disk/state-file.ts';
import { verifyWal } from './disk/wal-file.ts';
import { RecordReader } from './records.ts';
import { isDead } from './stored-job.ts';

/** What a check has found. */
export interface StoreCheck {
  readonly ok: boolean;
  /** Rows in the table of jobs. */
  readonly jobs: number;
  /** Jobs that are in the journal, and not in the table yet. */
  readonly journalJobs: number;
  /** What is wrong, one sentence each. */
  readonly problems: readonly string[];
}

/** Verifies all that is in a data directory and changes nothing; DATA_IN_USE while a broker has it. */
export function checkStore(dir: string): StoreCheck {
  const file = databaseIn(dir);
  if (!existsSync(file) && !existsSync(join(dir, 'STATE')))
    return { ok: false, jobs: 0, journalJobs: 0, problems: [`${dir} holds no store.`] };
  const lock = lockDirectory(dir);
  const problems: string[] = [];
  const probe: Probe = (work) => {
    try {
      work();
    } catch (error) {
      problems.push(error instanceof LatidoError ? error.message : `${file}: ${wordsOf(error)}`);
    }
  };
  const found: Found = { jobs: 0, journalJobs: 0 };
  try {
    probe(() => {
      if (verifyFiles(dir, file)) withDatabase(file, (db) => verify(db, file, found, probe));
    });
  } finally {
    lock.release();
  }
  return { ok: problems.length === 0, ...found, problems };
}

interface Found {
  jobs: number;
  journalJobs: number;
}

type Probe = (work: () => void) => void;

/** Whether there is a store in them: not while it is being made. */
function verifyFiles(dir: string, file: string): boolean {
  const state = readState(dir);
  if (state?.state === 'creating') return false;
  if (!existsSync(file)) throw new LatidoError('DATA_DAMAGED', `${file} is missing.`);
  const { sound, backup } = readHeader(file);
  if (!sound) throw new LatidoError('DATA_DAMAGED', `${file} is no database.`);
  if (backup) {
    verifyAlone(file);
    return true;
  }
  if (state === null) throw new LatidoError('DATA_DAMAGED', `${join(dir, 'STATE')} is missing.`);
  verifyWal(file, state.state);
  return true;
}

/** A reader leaves the log as it is; without one, nothing beside the database is looked for or made. */
function withDatabase(file: string, work: (db: DatabaseSync) => void): void {
  const hasLog = existsSync(`${file}-wal`);
  const url = pathToFileURL(file);
  if (!hasLog) url.searchParams.set('immutable', '1');
  const db = new DatabaseSync(url, { readOnly: true });
  try {
    work(db);
  } finally {
    db.close();
    if (hasLog) rmSync(`${file}-shm`, { force: true });
  }
}

function verify(db: DatabaseSync, file: string, found: Found, probe: Probe): void {
  for (const row of db.prepare('PRAGMA integrity_check(20)').all())
    if (row.integrity_check !== 'ok')
      probe(() => {
        throw new LatidoError('DATA_DAMAGED', `${file}: ${row.integrity_check}`);
      });
  verifySchema(db, file);
  const meta = new Meta(db, file);
  probe(() => meta.load());
  probe(() => {
    found.journalJobs = verifyJournal(db, meta, file);
  });
  probe(() => {
    for (const _ of liveRows(db, meta, file));
  });
  found.jobs = verifyRows(db, meta, file, probe);
}

/** Verifies the batches that are not folded; how many jobs are in them and have no row. */
function verifyJournal(db: DatabaseSync, meta: Meta, file: string): number {
  const changes = new Changes();
  for (const { seq, bytes } of new JournalTable(db, meta, file).unfolded()) changes.add(seq, bytes);
  const row = db.prepare('SELECT 1 FROM jobs WHERE number = ?');
  let jobs = 0;
  for (const { number, record, dropped } of changes.byNumber.values())
    if (record !== null && !dropped && row.get(number) === undefined) jobs += 1;
  return jobs;
}

/** Verifies each row, also in what is not needed to go on; how many there are. */
function verifyRows(db: DatabaseSync, meta: Meta, file: string, probe: Probe): number {
  const rows = db.prepare(`SELECT ${COLUMNS}, id, type, submitted_at, cost FROM jobs`);
  rows.setReturnArrays(true);
  let [jobs, doneBytes] = [0, 0];
  for (const row of rows.iterate() as unknown as Iterable<Columns>) {
    jobs += 1;
    probe(() => {
      const { record, standing } = jobOf(row, file);
      const [id, type, submittedAt, cost] = row.slice(-4);
      const reader = new RecordReader(record, 0);
      reader.next();
      if (reader.id !== id || reader.type !== type || reader.at !== submittedAt)
        throw wrongSum(file, row[0] as number);
      if (standing.ending !== null && !isDead(standing.ending)) doneBytes += cost as number;
    });
  }
  if (doneBytes !== meta.done_bytes)
    probe(() => {
      throw new LatidoError('DATA_DAMAGED', `${file} has not all the jobs that are done.`);
    });
  return jobs;
}

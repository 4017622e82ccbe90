import { DatabaseSync } from 'node:sqlite';
import { damaged } from './failure.ts';
import { DATA_FORMAT } from './header.ts';
import { WAL_BYTES } from './wal-file.ts';

/**
 * Settings of every connection. Nobody else may have the database: so the log's index is in memory, and no reader can keep
 * the log from being begun anew. Without spilling, a commit writes each page once (the scan of the log rests on that).
 */
export function configure(db: DatabaseSync): void {
  db.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = ${WAL_BYTES};
    PRAGMA cache_spill = OFF;
    PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;`);
}

/** Makes the tables of a new store; `auto_vacuum` must come before anything else. */
export function createSchema(db: DatabaseSync, instance: string): void {
  db.exec(`PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL; BEGIN;
    PRAGMA user_version = ${DATA_FORMAT};
    ${TABLES}
    COMMIT`);
  db.prepare('INSERT OR IGNORE INTO meta (one, instance) VALUES (1, ?)').run(instance);
}

/** Refuses a database whose tables are not those of its format: bits have flipped in what it says of them. */
export function verifySchema(db: DatabaseSync, file: string): void {
  const fresh = new DatabaseSync(':memory:');
  try {
    fresh.exec(TABLES);
    if (schemaOf(db) !== schemaOf(fresh)) throw damaged(file, 'says wrong things of its tables');
  } finally {
    fresh.close();
  }
}

function schemaOf(db: DatabaseSync): string {
  const rows = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name');
  return JSON.stringify(rows.all());
}

/**
 * A job's record is the SUBMITTED one (src/store/codec.ts), and when the job is done its head alone, without the body. `seq` is
 * the last batch folded into the row; the sums are CRC32s of the record, of its head and of how the job stands. Ids are not
 * unique: one that has been forgotten can come again.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL DEFAULT ${DATA_FORMAT},
    instance TEXT NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 0,
    number INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    folded INTEGER NOT NULL DEFAULT 0,
    folding INTEGER NOT NULL DEFAULT 0,
    last INTEGER NOT NULL DEFAULT 0,
    live INTEGER NOT NULL DEFAULT 0,
    live_sum INTEGER NOT NULL DEFAULT 0,
    done_bytes INTEGER NOT NULL DEFAULT 0,
    forgotten INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0,
    probe BLOB
  );
  CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    open_attempt INTEGER,
    open_worker TEXT,
    open_fence INTEGER,
    open_at INTEGER,
    ending INTEGER,
    ended_at INTEGER,
    seq INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    losses TEXT,
    answer BLOB,
    state_sum INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    head_bytes INTEGER NOT NULL,
    head_sum INTEGER NOT NULL,
    record BLOB NOT NULL,
    state TEXT GENERATED ALWAYS AS (CASE
      WHEN ending = 2 THEN 'dead' WHEN ending NOT NULL THEN 'done'
      WHEN open_fence NOT NULL THEN 'dispatched' ELSE 'waiting' END) VIRTUAL
  );
  CREATE INDEX IF NOT EXISTS jobs_id ON jobs (id);
  CREATE INDEX IF NOT EXISTS jobs_live ON jobs (number) WHERE ending IS NULL;
  CREATE INDEX IF NOT EXISTS jobs_dead ON jobs (number) WHERE ending = 2;
  CREATE INDEX IF NOT EXISTS jobs_done ON jobs (ended_at) WHERE ending <> 2;`;

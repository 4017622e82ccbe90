import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { idOf } from '../records.ts';
import type { JobFilter, Opened, StoreFigures } from '../store.ts';
import { jobBytes } from '../stored-job.ts';
import { copyTo } from './backup.ts';
import { damaged, refusalOf } from './failure.ts';
import { Fold } from './fold.ts';
import { JobTable } from './job-table.ts';
import { JournalTable } from './journal-table.ts';
import { chunksOf, liveRows } from './live-rows.ts';
import { Meta } from './meta.ts';
import { openDatabase } from './opening.ts';
import { Page } from './page.ts';
import { databaseIn } from './place.ts';
import { type Keeping, Retention } from './retention.ts';
import { verifySchema } from './schema.ts';
import { type StoreState, writeState } from './state-file.ts';
import { removeSecondName } from './wal-file.ts';

const PROBE_BYTES = 64 * 1024;
/** The log is taken into the database when about so many bytes are in it: most of what is reserved. */
const CHECKPOINT_BYTES = 3 * 1024 * 1024;
/** What a transaction and a row that is folded add to the log, about. */
const COMMIT_BYTES = 8 * 1024;
const SLICE_BYTES = 192 * 1024;
/** Every so many slices it is the turn of what is to be forgotten, however much is to be folded. */
const RETENTION_TURN = 4;

/**
 * The store as one thread has it: everything here blocks, and nothing takes longer than it is told to. Batches and slices of
 * housework share a transaction that is begun when the first of them needs it.
 */
export class Disk {
  readonly #dir: string;
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #meta: Meta;
  readonly #journal: JournalTable;
  readonly #fold: Fold;
  readonly #jobs: JobTable;
  readonly #retention: Retention;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #checkpoint: StatementSync;
  #added: { seq: number; bytes: Uint8Array }[] = [];
  #began = false;
  #slices = 0;
  #houseworkMs = 0;
  #logBytes = CHECKPOINT_BYTES;

  /** Opens the store in a directory that is locked, and plays its journal. */
  constructor(dir: string, keeping: Keeping) {
    this.#dir = dir;
    this.#file = databaseIn(dir);
    const { db, state } = openDatabase(dir);
    this.#db = db;
    try {
      verifySchema(db, this.#file);
      this.#begin = db.prepare('BEGIN');
      this.#commit = db.prepare('COMMIT');
      this.#checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
      this.#meta = new Meta(db, this.#file);
      this.#meta.load();
      this.#recognize(state);
      this.#probe();
      writeState(dir, { state: 'open', instance: this.#meta.instance });
      this.#jobs = new JobTable(db, this.#meta, this.#file);
      this.#journal = new JournalTable(db, this.#meta, this.#file);
      this.#fold = new Fold(this.#meta, this.#journal, this.#jobs);
      this.#retention = new Retention(db, this.#meta, keeping);
      this.#replay();
    } catch (error) {
      db.close();
      throw refusalOf(error, this.#file);
    }
  }

  get opened(): Opened {
    const { number, fence } = this.#fold.highest;
    const { instance, forgotten } = this.#meta;
    return { instance, nextNumber: number + 1, nextFence: fence + 1, forgottenTo: forgotten };
  }

  /** Of jobs that ended up to this instant some are forgotten. */
  get forgottenTo(): number {
    return this.#meta.forgotten;
  }

  /** Bytes in the journal that are not folded. */
  get unfolded(): number {
    return this.#fold.bytes;
  }

  get figures(): StoreFigures {
    return {
      unfoldedBytes: this.unfolded,
      deadLetters: this.#jobs.deadLetters,
      foldedBytes: this.#fold.foldedBytes,
      houseworkSeconds: this.#houseworkMs / 1000,
    };
  }

  /** The newest batch, and the newest of which nothing is left to fold. */
  get last(): number {
    return this.#journal.last;
  }

  get folded(): number {
    return this.#fold.folded;
  }

  /** Adds a batch to the next commit. */
  append(bytes: Uint8Array): void {
    this.#need();
    const seq = this.#journal.append(bytes);
    this.#added.push({ seq, bytes });
    this.#logBytes += bytes.length;
  }

  /** Makes durable what was added and done since the last commit. */
  commit(now: number): void {
    if (!this.#began) return;
    if (this.#meta.changed) {
      this.#meta.last = this.#journal.last;
      this.#meta.save();
    }
    this.#commit.run();
    this.#began = false;
    this.#logBytes += COMMIT_BYTES;
    for (const { seq, bytes } of this.#added) this.#fold.add(seq, bytes, now);
    this.#added = [];
  }

  /** When there is housework next. */
  due(now: number): number {
    if (this.#logBytes >= CHECKPOINT_BYTES) return now;
    return Math.min(this.#fold.due(now), this.#retention.due);
  }

  /** Does housework until `isOver`, which the next commit makes durable; in a hurry also what is not due. */
  slice(now: number, isOver: () => boolean, hurry: boolean): void {
    const from = performance.now();
    this.#need();
    this.#logBytes += SLICE_BYTES;
    this.#slices += 1;
    this.#work(now, isOver, hurry);
    this.#houseworkMs += performance.now() - from;
  }

  #work(now: number, isOver: () => boolean, hurry: boolean): void {
    const isRetentionDue = this.#retention.due <= now;
    if (isRetentionDue && this.#slices % RETENTION_TURN === 0) this.#retention.slice(now, isOver);
    else if ((hurry || this.#fold.due(now) <= now) && this.#fold.slice(isOver)) return;
    else if (isRetentionDue) this.#retention.slice(now, isOver);
  }

  /** Between commits: takes the log into the database when there is enough in it. */
  checkpoint(): void {
    if (this.#logBytes < CHECKPOINT_BYTES || this.#began) return;
    this.#checkpoint.run();
    this.#logBytes = 0;
  }

  /** Reads what was appended, until it is over; whether `find` knows all of it. */
  digest(isOver: () => boolean): boolean {
    return this.#fold.digest(isOver, Number.POSITIVE_INFINITY);
  }

  /** The newest job of an id, as it travels; all that was appended must have been read. */
  find(id: string): Uint8Array | null {
    const job = this.#fold.find(id);
    if (job !== null && idOf(job.record) !== id)
      throw damaged(this.#file, `is damaged: its table jobs has another job as ${id}`);
    // A view would travel with all of the memory that it is a part of.
    return job === null ? null : new Uint8Array(jobBytes(job));
  }

  /** A question about the jobs that are folded. */
  page(filter: JobFilter): Page {
    return new Page(this.#db, this.#file, filter);
  }

  /** All jobs that have not ended, as they travel, lowest number first; nothing else is to be done meanwhile. */
  live(): Generator<Uint8Array> {
    return chunksOf(this.#fold.live(liveRows(this.#db, this.#meta, this.#file)));
  }

  /** Copies all that is durable. */
  backup(file: string): Promise<void> {
    return copyTo(this.#db, file);
  }

  /** Lets go of the database. The log is cut and removed when it is on disk that nobody needs it. */
  close(): void {
    this.#need();
    this.#meta.changed = true;
    this.commit(0);
    const { busy, log, checkpointed } = this.#checkpoint.get()!;
    if (busy !== 0 || log !== checkpointed) throw new Error('the log is not all in the database');
    writeState(this.#dir, { state: 'clean', instance: this.#meta.instance });
    this.#db.close();
    removeSecondName(this.#file);
  }

  /** Lets go of a database that has failed: it is to be read again before anything is believed. */
  abandon(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #need(): void {
    if (this.#began) return;
    this.#begin.run();
    this.#began = true;
  }

  /** The database belongs to this STATE. */
  #recognize({ instance }: StoreState): void {
    const meta = this.#meta;
    if (meta.instance !== instance)
      throw damaged(this.#file, 'belongs to another store than the file STATE beside it');
    this.#need();
    meta.epoch += 1;
    meta.save();
    this.#commit.run();
    this.#began = false;
  }

  /** A store that cannot take 64 KiB is not open: a disk that is full, or cannot flush, is found before anything is accepted. */
  #probe(): void {
    const probe = this.#db.prepare('UPDATE meta SET probe = ?');
    probe.run(Buffer.alloc(PROBE_BYTES, 0x55));
    probe.run(null);
  }

  #replay(): void {
    for (const { seq, bytes } of this.#journal.unfolded()) this.#fold.replay(seq, bytes);
  }
}

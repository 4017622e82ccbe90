import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { damaged, refusalOf } from './failure.ts';
import { copyFile, syncDirectory, syncFile } from './files.ts';
import { readHeader } from './header.ts';
import { Meta } from './meta.ts';
import { databaseIn } from './place.ts';
import { configure, createSchema } from './schema.ts';
import { readState, type StoreState, writeState } from './state-file.ts';
import { prepareWal } from './wal-file.ts';

/** Makes a data directory that is missing, for good: with it all that will be in it could be gone after a power cut. */
export function makeDirectory(dir: string): void {
  const full = resolve(dir);
  const first = made(full);
  if (first === undefined) return;
  for (let each = full; each.length >= first.length; each = dirname(each))
    syncDirectory(dirname(each));
}

/** The topmost directory that had to be made. */
function made(dir: string): string | undefined {
  try {
    return madeWithThoseAbove(dir);
  } catch (error) {
    const isFile = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw refusalOf(isFile ? new Error('it is not a directory') : error, dir);
  }
}

/**
 * Not mkdir's own `recursive`: that never returns where a file system says ENOENT of what cannot be made in a directory that is
 * there, as /proc and automounters do.
 */
function madeWithThoseAbove(dir: string): string | undefined {
  try {
    mkdirSync(dir, { mode: 0o700 });
    return dir;
  } catch (error) {
    if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return undefined;
    const above = dirname(dir);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || existsSync(above)) throw error;
    const first = madeWithThoseAbove(above);
    const last = madeWithThoseAbove(dir);
    return first ?? last;
  }
}

/**
 * Opens the database in a directory that is locked, after looking whether all that should be there is, or makes a new one.
 * What is wrong is refused, and nothing has been changed then.
 */
export function openDatabase(dir: string): { db: DatabaseSync; state: StoreState } {
  const file = databaseIn(dir);
  try {
    const state = stateOf(dir, file);
    prepareWal(dir, file, state.state);
    const db = new DatabaseSync(file);
    try {
      configure(db);
    } catch (error) {
      db.close();
      throw error;
    }
    return { db, state };
  } catch (error) {
    throw refusalOf(error, file);
  }
}

function stateOf(dir: string, file: string): StoreState {
  const said = readState(dir);
  const isNew = said === null ? isBare(file) : said.state === 'creating';
  if (!existsSync(file)) {
    if (!isNew) throw damaged(file, 'is missing, though the store was in use');
    return create(dir, file);
  }
  const { sound, backup } = readHeader(file);
  if (backup) return adopt(dir, file);
  if (isNew) return create(dir, file);
  if (!sound) throw damaged(file, 'is no database');
  if (said === null) throw damaged(join(dir, 'STATE'), 'is missing');
  return said;
}

/** Whether nothing tells of a store that was here. */
function isBare(file: string): boolean {
  return !['', '-wal', '-log'].some((suffix) => existsSync(file + suffix));
}

/** A crash while a store is made leaves one that nothing was accepted by: it is made again. */
function create(dir: string, file: string): StoreState {
  const instance = randomBytes(16).toString('hex');
  syncAbove(dir);
  writeState(dir, { state: 'creating', instance: '' });
  for (const suffix of ['', '-wal', '-log', '-journal', '-shm'])
    rmSync(file + suffix, { force: true });
  const db = new DatabaseSync(file);
  try {
    createSchema(db, instance);
  } finally {
    db.close();
  }
  const clean: StoreState = { state: 'clean', instance };
  writeState(dir, clean);
  return clean;
}

/** Who made the directory may have died before it was on disk. */
function syncAbove(dir: string): void {
  try {
    syncDirectory(dirname(resolve(dir)));
  } catch (error) {
    // What may not be read was made by somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
  }
}

/** Throws where a log lies beside a backup: it is another store's. */
export function verifyAlone(file: string): void {
  for (const suffix of ['-wal', '-journal'])
    if (existsSync(file + suffix))
      throw damaged(file + suffix, 'does not belong to the backup beside it: remove it');
}

/**
 * A backup becomes a store of its own: what workers still hold of the one it was taken from is not its. It is a copy that does,
 * so that a crash leaves the backup or the store.
 */
function adopt(dir: string, file: string): StoreState {
  verifyAlone(file);
  const clean: StoreState = { state: 'clean', instance: randomBytes(16).toString('hex') };
  rmSync(`${file}-log`, { force: true });
  writeState(dir, clean);
  const part = `${file}.part`;
  copyFile(file, part);
  giveInstance(part, clean.instance);
  syncFile(part);
  renameSync(part, file);
  syncDirectory(dir);
  return clean;
}

function giveInstance(part: string, instance: string): void {
  const db = new DatabaseSync(part);
  try {
    // What is cut short is thrown away.
    db.exec('PRAGMA journal_mode = MEMORY');
    const meta = new Meta(db, part);
    meta.load();
    meta.instance = instance;
    meta.save();
    db.exec('PRAGMA application_id = 0');
  } finally {
    db.close();
  }
}

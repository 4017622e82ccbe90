import type { Mutant } from './mutant.ts';

const FOLD = 'test/store-fold.test.ts';
const STORE = 'test/store.test.ts';
const DAMAGE = 'test/store-damage.test.ts';
const KEEPING = 'test/store-keeping.test.ts';
const POWER = 'test/power.test.ts';
const DISKS = 'test/disk-faults.test.ts';
const DIRECTORY = 'test/store-directory.test.ts';

/** Bugs in the store. */
export const storeMutants: readonly Mutant[] = [
  {
    name: 'a dead letter that was dropped comes back',
    file: 'src/store/disk/change.ts',
    find: 'if (record === null || this.dropped) return null;',
    put: 'if (record === null) return null;',
    tests: [FOLD, STORE],
  },
  {
    name: 'a fold loses what is newest of a job',
    file: 'src/store/disk/change.ts',
    find: 'attempts: this.attempts >= 0 ? this.attempts : before.attempts,',
    put: 'attempts: before.attempts,',
    tests: [FOLD, STORE],
  },
  {
    name: 'a fold that was cut short is folded twice',
    file: 'src/store/disk/fold.ts',
    find: 'partly ? isKnown : undefined',
    put: 'partly ? undefined : isKnown',
    tests: [STORE],
  },
  {
    name: 'the journal is emptied before it is folded',
    file: 'src/store/disk/fold.ts',
    find: 'meta.folding = this.#frozen.seq;',
    put: 'meta.folded = meta.folding = this.#frozen.seq;',
    tests: [FOLD, STORE, POWER],
  },
  {
    name: 'a commit is not flushed',
    file: 'src/store/disk/schema.ts',
    find: 'PRAGMA journal_mode = WAL;\n    PRAGMA synchronous = FULL;\n    PRAGMA wal_autocheckpoint',
    put: 'PRAGMA journal_mode = WAL;\n    PRAGMA synchronous = NORMAL;\n    PRAGMA wal_autocheckpoint',
    tests: [POWER],
  },
  {
    name: 'names in the directory are not flushed',
    file: 'src/store/disk/files.ts',
    find: "sync(dir, 'r');",
    put: 'dir.toString();',
    tests: [POWER],
  },
  {
    name: 'the log is rewritten without a flush',
    file: 'src/store/disk/files.ts',
    find: 'for (const piece of pieces) writeAll(fd, piece);\n      fsyncSync(fd);',
    put: 'for (const piece of pieces) writeAll(fd, piece);',
    tests: [POWER],
  },
  {
    name: 'the checksum of a batch is not looked at',
    file: 'src/store/codec.ts',
    find: "if (view.getUint32(4, true) !== crc32(bytes.subarray(8))) return 'has a wrong checksum';",
    put: '',
    tests: [DAMAGE],
  },
  {
    name: 'damage in the log is taken for a torn tail',
    file: 'src/store/disk/wal-scan.ts',
    find: 'damagedAt: this.#begunBehind(end, at) ? at : null',
    put: 'damagedAt: null',
    tests: [DAMAGE],
  },
  {
    name: 'two brokers have one directory',
    file: 'src/store/disk/lock.ts',
    find: 'BEGIN EXCLUSIVE',
    put: 'BEGIN',
    tests: [KEEPING],
  },
  {
    name: 'dead letters are forgotten with the answers',
    file: 'src/store/disk/retention.ts',
    find: 'WHERE ending <> 2 ORDER BY',
    put: 'WHERE ending IS NOT NULL ORDER BY',
    tests: [KEEPING],
  },
  {
    name: 'answers are forgotten too early',
    file: 'src/store/disk/retention.ts',
    find: 'now - this.#keeping.keepAnswersMs',
    put: 'now - this.#keeping.keepAnswersMs / 2',
    tests: [KEEPING],
  },
  {
    name: 'a store that cannot flush goes on',
    file: 'src/store/disk/writer-thread.ts',
    find: "this.#post({ op: 'failed', code, reason });",
    put: 'void code; void reason;',
    tests: [DISKS],
  },
  {
    name: 'a new directory is not flushed into the one above',
    file: 'src/store/disk/opening.ts',
    find: '    syncDirectory(dirname(each));\n',
    put: '    void each;\n',
    tests: [DIRECTORY],
  },
  {
    name: 'a directory that a dead process made is not flushed into the one above',
    file: 'src/store/disk/opening.ts',
    find: '    syncDirectory(dirname(resolve(dir)));',
    put: '    void dir;',
    tests: [DIRECTORY],
  },
  {
    name: 'the log is removed before STATE says that the end is clean',
    file: 'src/store/disk/disk.ts',
    find: "writeState(this.#dir, { state: 'clean', instance: this.#meta.instance });\n    this.#db.close();\n    removeSecondName(this.#file);",
    put: "this.#db.close();\n    removeSecondName(this.#file);\n    writeState(this.#dir, { state: 'clean', instance: this.#meta.instance });",
    tests: [DAMAGE, POWER],
  },
  {
    name: 'STATE does not say that the store is open',
    file: 'src/store/disk/disk.ts',
    find: "writeState(dir, { state: 'open', instance: this.#meta.instance });",
    put: '',
    tests: [DAMAGE],
  },
  {
    name: 'the log is not written anew when the store is opened',
    file: 'src/store/disk/wal-file.ts',
    find: '  writeDurably(wal, whole, new',
    put: '  if (!existsSync(wal)) writeDurably(wal, whole, new',
    tests: [POWER],
  },
  {
    name: 'the log has no second name',
    file: 'src/store/disk/wal-file.ts',
    find: '  keepSecondName(wal, secondName(db));\n',
    put: '',
    tests: [DAMAGE],
  },
  {
    name: 'a frame that is half old counts as one of the last commit',
    file: 'src/store/disk/wal-scan.ts',
    find: ' || isAcrossSectors(at)',
    put: '',
    tests: [DAMAGE],
  },
  {
    name: 'a header that is half new is damage',
    file: 'src/store/disk/wal-file.ts',
    find: 'const before = logBefore(bytes, db);',
    put: 'const before = null as Uint8Array | null;',
    tests: [POWER],
  },
  {
    name: 'a backup becomes a store before STATE knows of it',
    file: 'src/store/disk/opening.ts',
    find: 'writeState(dir, clean);\n  const part',
    put: 'const part',
    tests: [POWER],
  },
  {
    name: 'what was forgotten is not said',
    file: 'src/store/disk/retention.ts',
    find: 'Math.max(this.#meta.forgotten, Number(row.ended_at))',
    put: 'this.#meta.forgotten',
    tests: [KEEPING],
  },
  {
    name: 'a journal that lost its newest rows is believed',
    file: 'src/store/disk/journal-table.ts',
    find: 'if (seq < this.#meta.last)',
    put: 'if (seq < 0)',
    tests: [DAMAGE],
  },
];

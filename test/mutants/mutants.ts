/** Bugs that could be made, each with the tests that have to notice it. */
export interface Mutant {
  /** What is wrong with it, in a few words. */
  readonly name: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly put: string;
  readonly tests: readonly string[];
}

/** The source with the bug in it; throws when the place is not to be found, or not the only one. */
export function planted(source: string, { name, file, find, put }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${name}: '${find}' stands ${places} times in ${file}`);
  return source.replace(find, () => put);
}

const SIMULATION = 'test/simulation.test.ts';
const KEPT = 'test/core-kept.test.ts';
const FAULTS = 'test/core-kept-faults.test.ts';
const FAILING = 'test/core-store.test.ts';
const DEAD = 'test/core-dead.test.ts';
const STORE = 'test/store.test.ts';
const DAMAGE = 'test/store-damage.test.ts';
const POWER = 'test/power.test.ts';
const DISKS = 'test/disk-faults.test.ts';

export const mutants: readonly Mutant[] = [
  {
    name: 'an accept leaves before the flush',
    file: 'src/wire/dialects/native-client.ts',
    find: 'if (!isDurable(job)) this.say(Verb.ACCEPT',
    put: 'if (isDurable(job) || !isDurable(job)) this.say(Verb.ACCEPT',
    tests: [SIMULATION],
  },
  {
    name: 'an answer reaches its client before its record is durable',
    file: 'src/wire/dialects/native-client.ts',
    find: 'if (isDurable(job)) return this.durables;',
    put: '',
    tests: [SIMULATION],
  },
  {
    name: 'an answer is confirmed to its worker before its record is durable',
    file: 'src/wire/dialects/native-worker.ts',
    find: 'if (broker.state.recorded !== recorded) this.#confirmLater(this.ack - 1);',
    put: '',
    tests: [SIMULATION],
  },
  {
    name: 'nothing waits for the commit of its turn',
    file: 'src/broker/turn.ts',
    find: 'this.#handedOver > this.#durable ? this.#handedOver : 0',
    put: '0',
    tests: [SIMULATION],
  },
  {
    name: 'a failed store does not throw away what waited for it',
    file: 'src/wire/door.ts',
    find: 'for (const each of held) each.held.drop();',
    put: 'for (const each of held) each.held.release();',
    tests: [SIMULATION],
  },
  {
    name: 'a failed store leaves its jobs in the core',
    file: 'src/core/recovery.ts',
    find: 'this.drop(now, keep);\n    }',
    put: '}',
    tests: [FAILING, SIMULATION],
  },
  {
    name: 'durable jobs are taken while the store is closed',
    file: 'src/core/recovery.ts',
    find: 'this.#state.storeRefusal = code;',
    put: 'void code;',
    tests: [FAILING],
  },
  {
    name: 'an upgrade is not recorded',
    file: 'src/core/upgrades.ts',
    find: 'this.#records.submitted(keep);',
    put: '',
    tests: [FAILING],
  },
  {
    name: 'the same id is another job',
    file: 'src/core/ledger.ts',
    find: 'return this.#byId.get(id);',
    put: 'return id === null ? this.#byId.get(id) : null;',
    tests: [KEPT],
  },
  {
    name: 'the store is not asked whether it knows an id',
    file: 'src/core/commissions.ts',
    find: 'return at < 0 || this.#state.wallAt(now) - at > FRESH_MS;',
    put: 'return at === now;',
    tests: [KEPT],
  },
  {
    name: 'an id that is too old is taken',
    file: 'src/core/commissions.ts',
    find: "? 'ID_EXPIRED' : null",
    put: '? null : null',
    tests: [KEPT],
  },
  {
    name: 'after a restart nobody is waited for',
    file: 'src/core/recovery.ts',
    find: 'this.#adoption.hold(now, job);',
    put: 'this.#wait(now, job);',
    tests: [KEPT],
  },
  {
    name: 'after a restart attempts are counted from the start',
    file: 'src/core/recovery.ts',
    find: 'rare.charged = last.charged;',
    put: '',
    tests: [KEPT],
  },
  {
    name: 'after a restart a backoff is over',
    file: 'src/core/recovery.ts',
    find: 'const wall = Math.max(last.notBefore, keep.kept.notBefore);',
    put: 'const wall = keep.kept.notBefore;',
    tests: [KEPT],
  },
  {
    name: 'a deadline that passed while the broker was down is forgotten',
    file: 'src/core/recovery.ts',
    find: 'this.#keeps.endIfOverdue(now, keep);',
    put: '',
    tests: [KEPT, FAULTS, SIMULATION],
  },
  {
    name: 'attempts are not limited',
    file: 'src/core/attempts.ts',
    find: 'if (permanent || rare.charged >= most)',
    put: 'if (permanent || rare.charged > most)',
    tests: [KEPT],
  },
  {
    name: 'a permanent failure is tried again',
    file: 'src/core/attempts.ts',
    find: 'if (permanent || rare.charged >= most)',
    put: 'if (rare.charged >= most)',
    tests: [KEPT, SIMULATION],
  },
  {
    name: 'a key does not wait for the backoff of its first job',
    file: 'src/core/waiting.ts',
    find: 'return line === null || line.head === job;',
    put: 'return line === null || line.head === job || line.head!.state === job.state;',
    tests: [KEPT, SIMULATION],
  },
  {
    name: 'an answer of an attempt that was given up counts',
    file: 'src/core/attempts.ts',
    find: 'this.refuse(worker, run.index, run.generation);\n      return;',
    put: 'return;',
    tests: ['test/core.test.ts', SIMULATION],
  },
  {
    name: 'fences begin anew',
    file: 'src/core/state.ts',
    find: 'return this.nextFence++;',
    put: 'return this.nextFence;',
    tests: [KEPT, SIMULATION],
  },
  {
    name: 'a cancelled job is not recorded as one',
    file: 'src/core/records.ts',
    find: 'if (!isDurable(job)) return;',
    put: 'if (!isDurable(job) || job.ending === Ending.CANCELLED) return;',
    tests: [KEPT, SIMULATION],
  },
  {
    name: 'a broker that drains dispatches durable jobs',
    file: 'src/core/waiting.ts',
    find: 'if (this.#state.draining && keep.durable) return false;',
    put: '',
    tests: [FAILING],
  },
  {
    name: 'a failure that is offered is final',
    file: 'src/worker/ready.ts',
    find: 'Flag.ENDED | run.answerFlags',
    put: 'Flag.ENDED | Flag.PERMANENT | run.answerFlags',
    tests: ['test/worker-session.test.ts'],
  },
  {
    name: 'a dead letter that was dropped comes back',
    file: 'src/store/disk/change.ts',
    find: 'if (record === null || this.dropped) return null;',
    put: 'if (record === null) return null;',
    tests: [STORE],
  },
  {
    name: 'a dead letter is begun again twice',
    file: 'src/core/operator.ts',
    find: 'this.#obstacle(kept) ??\n      this.#lateness',
    put: 'this.#lateness',
    tests: [DEAD],
  },
  {
    name: 'a fold loses what is newest of a job',
    file: 'src/store/disk/change.ts',
    find: 'attempts: this.attempts >= 0 ? this.attempts : before.attempts,',
    put: 'attempts: before.attempts,',
    tests: [STORE],
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
    tests: [STORE, POWER],
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
    find: "const fd = openSync(dir, 'r');\n  try {\n    fsyncSync(fd);",
    put: "const fd = openSync(dir, 'r');\n  try {",
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
    tests: [STORE],
  },
  {
    name: 'dead letters are forgotten with the answers',
    file: 'src/store/disk/retention.ts',
    find: 'WHERE ending <> 2 ORDER BY',
    put: 'WHERE ending IS NOT NULL ORDER BY',
    tests: [STORE],
  },
  {
    name: 'answers are forgotten too early',
    file: 'src/store/disk/retention.ts',
    find: 'now - this.#keeping.keepAnswersMs',
    put: 'now - this.#keeping.keepAnswersMs / 2',
    tests: [STORE],
  },
  {
    name: 'a store that cannot flush goes on',
    file: 'src/store/disk/writer-thread.ts',
    find: "this.#post({ op: 'failed', code, reason });",
    put: 'void code; void reason;',
    tests: [DISKS],
  },
];

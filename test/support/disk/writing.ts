/** A process that keeps jobs on a disk that is watched, and notes what it was told of them. */

import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { until } from '../poll.ts';
import { Random } from '../random.ts';
import { FOR_EVER, sqlite } from '../store/engine.ts';
import { Owner } from '../store/owner.ts';
import { Books } from './books.ts';
import { act, type Deed, deedsOf, type Mark } from './deeds.ts';
import { Fault, setFault } from './shim.ts';

const [dir, marksFile, life] = process.argv.slice(2) as [string, string, string];
const random = new Random(Number(life));
const books = new Books();
let deedsDone = 0;

if (existsSync(marksFile))
  for (const line of readFileSync(marksFile, 'utf8').split('\n').slice(0, -1))
    take(JSON.parse(line));
const marks = openSync(marksFile, 'a');

function take(mark: Mark): void {
  books.take(mark);
  if ('deeds' in mark) deedsDone += mark.deeds.length;
}

function note(mark: Mark): void {
  take(mark);
  writeSync(marks, `${JSON.stringify(mark)}\n`);
}

/** A store while it is open. */
class Opened {
  readonly #owner: Owner;

  constructor(keepBytes: number) {
    note({ keepBytes });
    const keeping = { ...FOR_EVER, keepAnswersBytes: keepBytes };
    this.#owner = new Owner(sqlite, dir, keeping);
  }

  async open(): Promise<this> {
    await this.#owner.open();
    return this;
  }

  /** Hands over one commit; resolves when it is said to be durable. */
  async keep(deeds: readonly Deed[]): Promise<void> {
    const model = books.now.copy();
    for (const deed of deeds) act(deed, this.#owner.store.journal, model);
    const handed = books.handed + 1;
    note({ handed, deeds });
    await this.#owner.commit();
    note({ durable: handed });
  }

  /** The disk cannot flush what is handed over; when it can again, the store reads what is left. */
  async fail(): Promise<void> {
    const control = process.env.DISK_SHIM_CONTROL!;
    setFault(control, Fault.FLUSH_FAILS);
    for (let i = 0; i < 3; i += 1) void this.keep(deedsOf(random, 3, deedsDone));
    await until('the store has failed', () => this.#owner.failures.length > 0);
    await this.#owner.open().then(
      () => process.exit(9),
      () => setFault(control, Fault.NONE),
    );
    const { opened } = await this.#owner.open();
    note({ back: books.endingWith(opened.nextNumber - 1) });
  }

  /** So many commits, so many of them on their way at a time. */
  async keepMany(commits: number, ahead: number): Promise<void> {
    let onTheirWay: Promise<void>[] = [];
    for (let i = 0; i < commits; i += 1) {
      onTheirWay.push(this.keep(deedsOf(random, random.below(6), deedsDone)));
      if (onTheirWay.length < ahead) continue;
      await Promise.all(onTheirWay);
      onTheirWay = [];
    }
    await Promise.all(onTheirWay);
  }

  /** Everything is folded when this is answered. */
  async fold(): Promise<void> {
    await this.#owner.store.list({ limit: 1 });
  }

  close(): Promise<void> {
    return this.#owner.store.close();
  }
}

function much(count: number): Deed[] {
  return Array.from({ length: count }, (_, i) => ({
    what: 'submit much',
    seed: (deedsDone + i) * 1000 + random.below(1000),
  }));
}

async function rounds(store: Opened, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    await store.keepMany(6, 1 + random.below(3));
    await store.fold();
  }
}

/** Each life of the process leaves the disk to the next. */
const lives: readonly (() => Promise<void>)[] = [
  // A store is made, used, closed and opened again; then the process is killed.
  async () => {
    const first = await new Opened(FOR_EVER.keepAnswersBytes).open();
    await first.keepMany(12, 1);
    await rounds(first, 8);
    await first.close();
    const second = await new Opened(FOR_EVER.keepAnswersBytes).open();
    await second.keepMany(20, 4);
    process.kill(process.pid, 'SIGKILL');
  },
  // What is old is forgotten, and much is written: the log is begun anew several times. The process ends without a close.
  async () => {
    const store = await new Opened(20_000).open();
    await rounds(store, 10);
    for (let i = 0; i < 4; i += 1) await store.keep(much(1 + random.below(4)));
    // More than is reserved for the log.
    await store.keep(much(170));
    await store.keepMany(4, 2);
    await store.keep([{ what: 'end all', seed: deedsDone * 1000 }]);
    await rounds(store, 8);
    process.exit(0);
  },
  async () => {
    const store = await new Opened(20_000).open();
    await rounds(store, 4);
    await store.fail();
    await rounds(store, 6);
    await store.close();
  },
  // Only what was there is read.
  async () => {
    const store = await new Opened(FOR_EVER.keepAnswersBytes).open();
    await store.close();
  },
];

await lives[Number(life)]!();

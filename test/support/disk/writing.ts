/** A process that keeps jobs on a disk that is watched, and notes what it was told of them. */

import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { Random } from '../random.ts';
import { FOR_EVER, Owner, sqlite } from '../store/engine.ts';
import { ModelStore } from '../store/model.ts';
import { act, type Deed, deedsOf, type Mark, remember } from './deeds.ts';

const [dir, marksFile, life] = process.argv.slice(2) as [string, string, string];
const random = new Random(Number(life));
const model = new ModelStore();
let handed = 0;
let deedsDone = 0;

if (existsSync(marksFile))
  for (const line of readFileSync(marksFile, 'utf8').split('\n').slice(0, -1)) {
    const mark = JSON.parse(line) as Mark;
    if (!('handed' in mark)) continue;
    handed = mark.handed;
    deedsDone += mark.deeds.length;
    for (const deed of mark.deeds) remember(deed, model);
  }
const marks = openSync(marksFile, 'a');

function note(mark: Mark): void {
  writeSync(marks, `${JSON.stringify(mark)}\n`);
}

/** A store while it is open. */
class Opened {
  readonly #owner: Owner;
  readonly #before = handed;

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
    for (const deed of deeds) act(deed, this.#owner.store.journal, model);
    handed += 1;
    deedsDone += deeds.length;
    note({ handed, deeds });
    await this.#owner.commit();
    note({ durable: this.#before + this.#owner.durable });
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
    await rounds(store, 8);
    process.exit(0);
  },
  async () => {
    const store = await new Opened(20_000).open();
    await rounds(store, 12);
    await store.close();
  },
  async () => {
    const store = await new Opened(20_000).open();
    await store.close();
  },
];

await lives[Number(life)]!();

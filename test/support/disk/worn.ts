import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriter } from '../../../src/store/codec.ts';
import { Disk } from '../../../src/store/disk/disk.ts';
import { Random } from '../random.ts';
import { FOR_EVER } from '../store/engine.ts';
import { append } from '../store/images.ts';
import { Books } from './books.ts';
import { act, deedsOf } from './deeds.ts';
import { inspect } from './inspection.ts';

const COMMITS = 200;
const FOLD_EVERY = 20;
/** The log is begun anew after these. */
const CHECKPOINTS = [70, 170];
/** Later than anything is due. */
const LATE = 1e12;

/** A store that has been used for a while, as a killed process and as a clean end leave it. */
export class Worn {
  readonly unclean: string;
  readonly clean: string;
  readonly #root: string;
  readonly #books = new Books();
  /** The last commit may be missing. */
  readonly #booksBefore = new Books();

  constructor(t: { teardown(work: () => void): void }) {
    const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    this.#root = mkdtempSync(join(memory, 'latido-worn-'));
    t.teardown(() => rmSync(this.#root, { recursive: true, force: true }));
    this.unclean = join(this.#root, 'unclean');
    this.clean = join(this.#root, 'clean');
    mkdirSync(this.clean);
    const disk = new Disk(this.clean, FOR_EVER);
    this.#use(disk);
    cpSync(this.clean, this.unclean, { recursive: true });
    disk.close();
  }

  /** A copy of a directory, to be harmed. */
  copyOf(from: string): string {
    const place = join(this.#root, 'data');
    rmSync(place, { recursive: true, force: true });
    cpSync(from, place, { recursive: true });
    return place;
  }

  /** A backup of it. */
  async backup(): Promise<Buffer> {
    const file = join(this.#root, 'backup');
    const disk = new Disk(this.copyOf(this.clean), FOR_EVER);
    await disk.backup(file);
    disk.close();
    return readFileSync(file);
  }

  /** What is wrong with what is left at a place, or null; the last commit may be missing when it was the one that was harmed. */
  wrongIn(place: string, isLastHarmed = false): string | null {
    return inspect(place, isLastHarmed ? this.#booksBefore : this.#books);
  }

  #use(disk: Disk): void {
    const random = new Random(5);
    const writer = new BatchWriter();
    for (let commit = 1; commit <= COMMITS; commit += 1) {
      const deeds = deedsOf(random, 8, 9 * commit);
      const model = this.#books.now.copy();
      for (const deed of deeds) act(deed, writer, model);
      append(disk, writer);
      for (const books of [this.#books, this.#booksBefore]) books.take({ handed: commit, deeds });
      this.#books.take({ durable: commit });
      this.#booksBefore.take({ durable: commit - 1 });
      if (commit % FOLD_EVERY === 5) fold(disk);
      if (CHECKPOINTS.includes(commit)) disk.checkpoint();
    }
  }
}

function fold(disk: Disk): void {
  for (let i = 0; i < 3; i += 1) disk.slice(LATE, () => false, true);
  disk.commit(LATE);
}

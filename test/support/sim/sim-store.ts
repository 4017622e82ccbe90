import type { Journal, KeptJob } from '../../../src/core/journal.ts';
import { LatidoError } from '../../../src/errors.ts';
import type {
  FoundJob,
  Opened,
  Store,
  StoreEvents,
  StoreFailure,
} from '../../../src/store/store.ts';
import type { FakeStore } from '../fake-store.ts';
import type { Scene } from './scene.ts';

const INSTANCE = 'ab'.repeat(16);
const SLOW_MS = 500;

/** What the writer is to do: one after the other, as its thread does it. */
interface Task {
  readonly isAppend: boolean;
  run(): void;
  refuse(error: LatidoError): void;
}

/**
 * The store of one life of the broker, on a disk that outlives it. Commits take their time and become durable in order; when
 * the broker is killed, or the store fails, the last of those on their way are lost.
 */
export class SimStore implements Store {
  readonly journal: Journal;
  readonly pendingBytes = 0;
  readonly recordedBytes = 0;
  isOpen = false;
  readonly #world: Scene;
  readonly #disk: FakeStore;
  readonly #events: StoreEvents;
  readonly #onOpen: () => void;
  #tasks: Task[] = [];
  #isBusy = false;
  #lastCommit = 0;
  /** Rises with each failure: what was under way before is void. */
  #failures = 0;
  #failingOpens = 0;
  #slowUntil = 0;

  constructor(world: Scene, disk: FakeStore, events: StoreEvents, onOpen: () => void) {
    this.#world = world;
    this.#disk = disk;
    this.#events = events;
    this.#onOpen = onOpen;
    this.journal = disk;
  }

  open(
    onJob: (job: KeptJob) => void,
    onOpened: (opened: Opened) => void = () => {},
  ): Promise<Opened> {
    this.isOpen = false;
    return this.#ask((resolve, reject) => {
      if (this.#failingOpens > 0) {
        this.#failingOpens--;
        reject(new LatidoError('STORE_FAILED'));
        return;
      }
      this.#disk.fail();
      const { nextNumber, nextFence } = this.#disk;
      const opened = { instance: INSTANCE, nextNumber, nextFence, forgottenTo: 0 };
      onOpened(opened);
      for (const job of this.#disk.open()) onJob(job);
      this.isOpen = true;
      this.#onOpen();
      resolve(opened);
    });
  }

  commit(): number {
    if (this.#disk.handOver() === 0) return 0;
    const commit = ++this.#lastCommit;
    if (!this.isOpen) {
      this.#disk.fail();
      return commit;
    }
    const run = () => {
      this.#disk.land();
      this.#events.durable(commit);
    };
    this.#add({ isAppend: true, run, refuse() {} });
    return commit;
  }

  find(id: string): Promise<FoundJob | null> {
    if (!this.isOpen) return Promise.reject(new LatidoError('STORE_FAILED'));
    return this.#ask((resolve) => resolve(this.#disk.found(id)));
  }

  list(): Promise<readonly FoundJob[]> {
    return Promise.resolve([]);
  }

  backup(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The disk is slow for a while. */
  slow(ms: number): void {
    this.#slowUntil = this.#world.timeline.now + ms;
  }

  /** It fails: some of what was on its way may be on the disk all the same. It cannot be opened again at once. */
  fail(code: StoreFailure): void {
    if (!this.isOpen) return;
    this.#world.trace(() => `the store fails: ${code}`);
    this.isOpen = false;
    this.#failures++;
    this.#isBusy = false;
    this.#failingOpens = this.#world.chance.yes(0.3) ? this.#world.chance.int(1, 3) : 0;
    this.lose();
    const refused = this.#tasks;
    this.#tasks = [];
    this.#events.failed(code, 'as it was told to');
    for (const task of refused) task.refuse(new LatidoError(code));
    this.#world.stir();
  }

  /** Of the commits on their way the first few are on the disk, and the others never will be. */
  lose(): void {
    const { chance } = this.#world;
    const landing = chance.yes(0.5) ? 0 : chance.int(0, this.#disk.underWay);
    for (let i = 0; i < landing; i++) this.#disk.land();
    this.#disk.fail();
  }

  #ask<T>(
    answer: (resolve: (value: T) => void, reject: (error: LatidoError) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#add({ isAppend: false, run: () => answer(resolve, reject), refuse: reject });
    });
  }

  #add(task: Task): void {
    this.#tasks.push(task);
    this.#next();
  }

  #next(): void {
    const task = this.#tasks[0];
    if (this.#isBusy || task === undefined) return;
    this.#isBusy = true;
    const failures = this.#failures;
    this.#world.broker.later(this.#ms(task), () => {
      if (this.#failures !== failures) return;
      this.#isBusy = false;
      this.#tasks.shift();
      task.run();
      this.#world.stir();
      this.#next();
    });
  }

  #ms({ isAppend }: Task): number {
    const { chance, plan, timeline } = this.#world;
    if (isAppend && timeline.now < this.#slowUntil) return chance.ms(SLOW_MS / 2, SLOW_MS);
    return chance.ms(0.05, plan.commitMs);
  }
}

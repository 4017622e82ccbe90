import { Worker } from 'node:worker_threads';
import type { KeptJob } from '../core/journal.ts';
import { LatidoError } from '../errors.ts';
import { BatchWriter } from './codec.ts';
import type { FromWriter, ToWriter, WriterData } from './messages.ts';
import type {
  FoundJob,
  JobFilter,
  MeasuredStore,
  Opened,
  StoreEvents,
  StoreFigures,
} from './store.ts';
import { eachJob } from './stored-job.ts';

/** How long and in how many bytes answers are kept. */
export interface SqliteStoreOptions {
  readonly keepAnswersMs: number;
  readonly keepAnswersBytes: number;
}

interface Call {
  resolve(value: unknown): void;
  reject(error: LatidoError): void;
}

/** A store in a directory: SQLite in a thread of its own, so that the loop of its owner never waits for the disk. */
export class SqliteStore implements MeasuredStore {
  readonly journal = new BatchWriter();
  readonly #data: WriterData;
  readonly #events: StoreEvents;
  readonly #calls = new Map<number, Call>();
  #worker: Worker | null = null;
  #lastCall = 0;
  #lastCommit = 0;
  #pendingBytes = 0;
  #isOpen = false;
  #onJob: (job: KeptJob) => void = () => {};
  #onOpened: (opened: Opened) => void = () => {};

  constructor(dir: string, options: SqliteStoreOptions, events: StoreEvents) {
    const { keepAnswersMs, keepAnswersBytes } = options;
    this.#data = { dir, keepAnswersMs, keepAnswersBytes };
    this.#events = events;
  }

  get recordedBytes(): number {
    return this.journal.length;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  async open(
    onJob: (job: KeptJob) => void,
    onOpened: (opened: Opened) => void = () => {},
  ): Promise<Opened> {
    this.#isOpen = false;
    this.journal.drop();
    this.#onJob = onJob;
    this.#onOpened = onOpened;
    this.#worker ??= this.#start();
    this.#worker.ref();
    try {
      const opened = (await this.#ask({ op: 'open', call: this.#nextCall() })) as Opened;
      this.journal.drop();
      this.#pendingBytes = 0;
      this.#isOpen = true;
      return opened;
    } catch (error) {
      // A store that could not be opened keeps no process alive.
      this.#worker?.unref();
      throw error;
    }
  }

  commit(): number {
    const length = this.journal.length;
    if (this.journal.count === 0) return 0;
    this.#lastCommit += 1;
    if (!this.#isOpen) {
      this.journal.drop();
      return this.#lastCommit;
    }
    const buffer = this.journal.take();
    this.#pendingBytes += length;
    const append: ToWriter = { op: 'append', commit: this.#lastCommit, buffer, length };
    this.#worker!.postMessage(append, [buffer]);
    return this.#lastCommit;
  }

  async find(id: string): Promise<FoundJob | null> {
    const bytes = await this.#ask({ op: 'find', call: this.#nextCall(), id });
    return bytes === null ? null : (jobsIn(bytes as Uint8Array)[0] ?? null);
  }

  async list(filter: JobFilter): Promise<readonly FoundJob[]> {
    const bytes = await this.#ask({ op: 'list', call: this.#nextCall(), filter });
    return jobsIn(bytes as Uint8Array);
  }

  async backup(file: string): Promise<void> {
    await this.#ask({ op: 'backup', call: this.#nextCall(), file });
  }

  async measure(): Promise<StoreFigures> {
    return (await this.#ask({ op: 'measure', call: this.#nextCall() })) as StoreFigures;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    worker.ref();
    await this.#ask({ op: 'close', call: this.#nextCall() });
    this.#isOpen = false;
    this.#worker = null;
    await worker.terminate();
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const entry = new URL(`./writer${extension}`, import.meta.url);
    const worker = new Worker(entry, { workerData: this.#data, name: 'store' });
    worker.on('message', (message: FromWriter) => this.#hear(message));
    worker.on('error', (error) => this.#died(worker, error.message));
    return worker;
  }

  #nextCall(): number {
    this.#lastCall += 1;
    return this.#lastCall;
  }

  #ask(question: Exclude<ToWriter, { op: 'append' | 'more' }>): Promise<unknown> {
    const worker = this.#worker;
    if (worker === null)
      return Promise.reject(new LatidoError('STORE_FAILED', 'The store is not open.'));
    return new Promise((resolve, reject) => {
      this.#calls.set(question.call, { resolve, reject });
      worker.postMessage(question);
    });
  }

  #hear(message: FromWriter): void {
    switch (message.op) {
      case 'durable':
        this.#pendingBytes -= message.bytes;
        this.#events.durable(message.commit);
        return;
      case 'forgot':
        this.#events.forgot(message.to);
        return;
      case 'failed':
        this.#fail(message.code, message.reason);
        return;
      case 'opened':
        this.#onOpened(message.opened);
        return;
      case 'jobs':
        this.#load(message.bytes);
        return;
      case 'done':
        this.#callOf(message.call)?.resolve(message.value);
        return;
      case 'refused':
        this.#callOf(message.call)?.reject(new LatidoError(message.code, message.message));
    }
  }

  #callOf(call: number): Call | undefined {
    const found = this.#calls.get(call);
    this.#calls.delete(call);
    return found;
  }

  #load(bytes: Uint8Array): void {
    eachJob(bytes, (found) => {
      if (found.state === 'waiting' || found.state === 'dispatched') this.#onJob(found.job);
    });
    this.#worker?.postMessage({ op: 'more' } satisfies ToWriter);
  }

  #fail(code: Extract<FromWriter, { op: 'failed' }>['code'], reason: string): void {
    this.#isOpen = false;
    this.#pendingBytes = 0;
    this.journal.drop();
    this.#events.failed(code, reason);
  }

  /** The thread has ended by a mistake of ours: what is on disk is all there is. */
  #died(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const wasOpen = this.#isOpen;
    for (const call of this.#calls.values()) call.reject(new LatidoError('STORE_FAILED', reason));
    this.#calls.clear();
    if (wasOpen) this.#fail('STORE_FAILED', reason);
  }
}

function jobsIn(bytes: Uint8Array): FoundJob[] {
  const jobs: FoundJob[] = [];
  eachJob(bytes, (job) => jobs.push(job));
  return jobs;
}

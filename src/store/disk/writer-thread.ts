import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FromWriter, ToWriter, WriterData } from '../messages.ts';
import { steadyNow, until } from './clock.ts';
import { Disk } from './disk.ts';
import { failureOf, refusalOf } from './failure.ts';
import { lockDirectory } from './lock.ts';
import { makeDirectory } from './opening.ts';
import { databaseIn } from './place.ts';
import { Questions } from './questions.ts';

/** A slice of housework; over the bound on what is not folded it grows with it. */
const SLICE_MS = 2;
const SLICE_MS_MAX = 20;
/** Housework waits until no append has come for so long: who waits for an accept to go on would wait for each slice. */
const QUIET_MS = 5;
/** What may be waiting to be folded before appends have to share the thread with it. */
const UNFOLDED_BYTES = 128 * 1024 * 1024;
/** One transaction takes batches up to this, and over the bound up to the smaller. */
const GROUP_BYTES = 2 * 1024 * 1024;
const GROUP_BYTES_FORCED = 256 * 1024;
/** Slices without an append before their work is made durable. */
const SLICES = 4;
const CHUNKS_AHEAD = 4;

type Append = Extract<ToWriter, { op: 'append' }>;

/**
 * The half of the store that waits for the disk. Each turn takes all that has arrived: appends become one commit, questions
 * are answered behind it, and while nothing arrives there is housework.
 */
export class WriterThread {
  readonly #port: MessagePort;
  readonly #data: WriterData;
  readonly #questions: Questions;
  #appends: Append[] = [];
  #lock: { release(): void } | null = null;
  /** Null before it is opened and after a failure. */
  #disk: Disk | null = null;
  #loading: { call: number; chunks: Generator<Uint8Array>; ahead: number } | null = null;
  #closing = 0;
  #slices = 0;
  #forgottenTo = 0;
  #lastAppend = 0;
  #timer: NodeJS.Timeout | null = null;
  #planned = false;

  constructor(port: MessagePort, data: WriterData) {
    this.#port = port;
    this.#data = data;
    this.#questions = new Questions((message) => this.#post(message));
  }

  start(): void {
    this.#port.on('message', (message: ToWriter) => {
      this.#take(message);
      this.#turn();
    });
  }

  #turn(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#receive();
    this.#guarded((disk) => this.#append(disk));
    if (this.#disk !== null && this.#appends.length === 0) this.#questions.answer(this.#disk);
    this.#guarded((disk) => this.#housework(disk));
    if (this.#closing !== 0 && this.#appends.length === 0) this.#close();
    this.#plan();
  }

  #receive(): void {
    for (;;) {
      const next = receiveMessageOnPort(this.#port);
      if (next === undefined) return;
      this.#take(next.message as ToWriter);
    }
  }

  #take(message: ToWriter): void {
    switch (message.op) {
      case 'append':
        // What comes after a failure belongs to what has failed: until it is opened again.
        if (this.#disk !== null) this.#appends.push(message);
        return;
      case 'open':
        this.#open(message.call);
        return;
      case 'more':
        if (this.#loading !== null) this.#loading.ahead -= 1;
        this.#load();
        return;
      case 'close':
        this.#closing = message.call;
        return;
      case 'measure':
        this.#measure(message.call);
        return;
      default:
        this.#questions.take(message, this.#disk !== null);
    }
  }

  #open(call: number): void {
    try {
      this.#abandon();
      makeDirectory(this.#data.dir);
      this.#lock ??= lockDirectory(this.#data.dir);
      this.#disk = new Disk(this.#data.dir, this.#data);
      this.#post({ op: 'opened', opened: this.#disk.opened });
      this.#loading = { call, chunks: this.#disk.live(), ahead: 0 };
    } catch (error) {
      this.#refuse(call, error);
      return;
    }
    this.#load();
  }

  /** Sends jobs as long as the other half keeps up. */
  #load(): void {
    const loading = this.#loading;
    if (loading === null) return;
    try {
      for (; loading.ahead < CHUNKS_AHEAD; loading.ahead += 1) {
        const { done, value } = loading.chunks.next();
        if (done === true) {
          this.#loaded(loading.call);
          return;
        }
        this.#port.postMessage({ op: 'jobs', bytes: value }, [value.buffer as ArrayBuffer]);
      }
    } catch (error) {
      this.#refuse(loading.call, error);
    }
  }

  #loaded(call: number): void {
    this.#loading = null;
    this.#post({ op: 'done', call, value: this.#disk!.opened });
  }

  #measure(call: number): void {
    if (this.#disk !== null) this.#post({ op: 'done', call, value: this.#disk.figures });
    else {
      const message = 'The store is not open.';
      this.#post({ op: 'refused', call, code: 'STORE_FAILED', message });
    }
  }

  #refuse(call: number, error: unknown): void {
    this.#abandon();
    this.#lock?.release();
    this.#lock = null;
    const { code, message } = refusalOf(error, databaseIn(this.#data.dir));
    this.#post({ op: 'refused', call, code, message });
  }

  /** One commit of what has arrived, up to a bound. */
  #append(disk: Disk): void {
    if (this.#appends.length === 0) return;
    const most = this.#isForced(disk) ? GROUP_BYTES_FORCED : GROUP_BYTES;
    let taken = 0;
    let bytes = 0;
    while (taken < this.#appends.length && bytes < most) {
      const { buffer, length } = this.#appends[taken]!;
      disk.append(new Uint8Array(buffer, 0, length));
      bytes += length;
      taken += 1;
    }
    this.#commit(disk);
    this.#lastAppend = steadyNow();
    const group = this.#appends.splice(0, taken);
    this.#post({ op: 'durable', commit: group[taken - 1]!.commit, bytes });
  }

  #commit(disk: Disk): void {
    disk.commit(steadyNow());
    this.#slices = 0;
  }

  #housework(disk: Disk): void {
    if (this.#loading !== null) return;
    disk.checkpoint();
    const forced = this.#isForced(disk);
    if (!forced) this.#receive();
    const hurry = this.#questions.areWaiting;
    if (this.#appends.length > 0 && !forced) return;
    if (!this.#isQuiet && !hurry && !forced) return;
    if (hurry || disk.due(steadyNow()) <= steadyNow()) this.#slice(disk, hurry);
    else if (this.#slices > 0) this.#commit(disk);
    if (this.#slices >= SLICES || this.#questions.isCopying) this.#commit(disk);
  }

  #slice(disk: Disk, hurry: boolean): void {
    const over = Math.max(1, disk.unfolded / UNFOLDED_BYTES);
    disk.slice(steadyNow(), until(Math.min(SLICE_MS * over, SLICE_MS_MAX)), hurry);
    this.#slices += 1;
    // Before any question is answered without what was forgotten.
    if (disk.forgottenTo !== this.#forgottenTo) {
      this.#forgottenTo = disk.forgottenTo;
      this.#post({ op: 'forgot', to: this.#forgottenTo });
    }
  }

  get #isQuiet(): boolean {
    return steadyNow() - this.#lastAppend >= QUIET_MS;
  }

  #isForced(disk: Disk): boolean {
    return disk.unfolded > UNFOLDED_BYTES;
  }

  #guarded(work: (disk: Disk) => void): void {
    if (this.#disk === null) return;
    try {
      work(this.#disk);
    } catch (error) {
      const { code, reason } = failureOf(error);
      this.#abandon();
      this.#post({ op: 'failed', code, reason });
    }
  }

  /** Lets go of what has failed: nothing that was not durable is tried again. */
  #abandon(): void {
    const disk = this.#disk;
    this.#disk = null;
    this.#loading = null;
    this.#appends = [];
    this.#slices = 0;
    this.#questions.refuseAll();
    try {
      disk?.abandon();
    } catch {
      // It has failed before: that is what was reported.
    }
  }

  #close(): void {
    if (this.#questions.isCopying) return;
    try {
      this.#disk?.close();
      this.#disk = null;
    } catch {
      // What was accepted is in the log: the next start finds it there.
    }
    this.#abandon();
    this.#lock?.release();
    this.#post({ op: 'done', call: this.#closing, value: null });
    this.#port.close();
    this.#closing = 0;
  }

  /** The next turn: at once when there is work, else when some is due. */
  #plan(): void {
    const disk = this.#disk;
    if (disk === null || this.#planned || this.#loading !== null) return;
    if (this.#appends.length > 0 || this.#questions.areWaiting || this.#isForced(disk))
      this.#soon();
    else {
      const now = steadyNow();
      const due = this.#slices > 0 ? now : disk.due(now);
      const at = Math.max(due, this.#lastAppend + QUIET_MS);
      if (at <= now) this.#soon();
      else this.#timer = setTimeout(() => this.#turn(), Math.min(at - now, 60_000));
    }
  }

  #soon(): void {
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#turn();
    });
  }

  #post(message: FromWriter): void {
    this.#port.postMessage(message);
  }
}

import { LatidoError } from '../../errors.ts';
import type { FromWriter, ToWriter } from '../messages.ts';
import { until } from './clock.ts';
import type { Disk } from './disk.ts';
import { refusalOf } from './failure.ts';
import type { Page } from './page.ts';

const SLICE_MS = 2;

type Question = Extract<ToWriter, { op: 'find' | 'list' | 'backup' }>;

/** Questions to the store: answered when all that was recorded before them is durable, or refused when it has failed. */
export class Questions {
  readonly #post: (message: FromWriter) => void;
  #asked: Question[] = [];
  /** Lists that wait for the batches up to `from` to be folded, or are being looked up. */
  #lists: { call: number; page: Page; from: number }[] = [];
  #copies = new Set<number>();

  constructor(post: (message: FromWriter) => void) {
    this.#post = post;
  }

  /** Whether somebody waits for an answer that takes more than a turn. */
  get areWaiting(): boolean {
    return this.#lists.length > 0 || this.#asked.length > 0;
  }

  /** Whether a backup is being written: it goes on only between transactions. */
  get isCopying(): boolean {
    return this.#copies.size > 0;
  }

  take(question: Question, isOpen: boolean): void {
    if (isOpen) this.#asked.push(question);
    else this.#refuse(question.call, new LatidoError('STORE_FAILED', 'The store is not open.'));
  }

  /** All appends that were made before have been committed. */
  answer(disk: Disk): void {
    if (this.#asked.length > 0 && disk.digest(until(SLICE_MS))) {
      const asked = this.#asked;
      this.#asked = [];
      for (const question of asked) this.#guarded(question.call, () => this.#begin(disk, question));
    }
    const first = this.#lists[0];
    if (first === undefined || disk.folded < first.from) return;
    this.#guarded(first.call, () => this.#look(first));
  }

  /** The store has failed. */
  refuseAll(): void {
    const failed = new LatidoError('STORE_FAILED', 'The store has failed while it was asked.');
    for (const { call } of [...this.#asked, ...this.#lists]) this.#refuse(call, failed);
    for (const call of this.#copies) this.#refuse(call, failed);
    this.#asked = [];
    this.#lists = [];
    this.#copies.clear();
  }

  #begin(disk: Disk, question: Question): void {
    if (question.op === 'find')
      this.#post({ op: 'done', call: question.call, value: disk.find(question.id) });
    else if (question.op === 'list')
      this.#lists.push({ call: question.call, page: disk.page(question.filter), from: disk.last });
    else this.#copy(disk, question.call, question.file);
  }

  #look({ call, page }: { call: number; page: Page }): void {
    const found = page.slice(until(SLICE_MS));
    if (found === null) return;
    this.#lists.shift();
    this.#post({ op: 'done', call, value: found });
  }

  #copy(disk: Disk, call: number, file: string): void {
    this.#copies.add(call);
    const end = (tell: () => void) => {
      // A store that has failed meanwhile has refused it already.
      if (this.#copies.delete(call)) tell();
    };
    disk.backup(file).then(
      () => end(() => this.#post({ op: 'done', call, value: null })),
      (error: unknown) => end(() => this.#refuse(call, error)),
    );
  }

  #guarded(call: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#lists = this.#lists.filter((list) => list.call !== call);
      this.#refuse(call, error);
    }
  }

  #refuse(call: number, error: unknown): void {
    const { code, message } = refusalOf(error, 'latido.db');
    this.#post({ op: 'refused', call, code, message });
  }
}

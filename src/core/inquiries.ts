import type { EndedJob } from './journal.ts';
import type { StoreRefusal } from './outbox.ts';

/** Where the core asks for jobs that it does not have any more; the word comes back to `told` or `failed`. */
export interface Archive {
  find(id: string): void;
}

/** What the store has of an id; of a job that had not ended when it was asked, the core knows more. */
export type Archived = EndedJob | 'open' | null;

export interface Inquirer {
  told(now: number, ended: EndedJob | null): void;
  failed(code: StoreRefusal): void;
}

/** Questions about ids on their way to the store: those about one id are asked once. */
export class Inquiries {
  readonly #archive: Archive;
  #open = new Map<string, Inquirer[]>();

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  ask(id: string, inquirer: Inquirer): void {
    const others = this.#open.get(id);
    if (others !== undefined) {
      others.push(inquirer);
      return;
    }
    this.#open.set(id, [inquirer]);
    this.#archive.find(id);
  }

  /** What was asked has ended since the store looked: it is asked once more. */
  again(id: string): void {
    if (this.#open.has(id)) this.#archive.find(id);
  }

  told(now: number, id: string, ended: EndedJob | null): void {
    for (const inquirer of this.#take(id)) inquirer.told(now, ended);
  }

  /** The store has failed: nothing that was asked will be answered. */
  fail(code: StoreRefusal): void {
    for (const id of [...this.#open.keys()])
      for (const inquirer of this.#take(id)) inquirer.failed(code);
  }

  #take(id: string): Inquirer[] {
    const inquirers = this.#open.get(id) ?? [];
    this.#open.delete(id);
    return inquirers;
  }
}

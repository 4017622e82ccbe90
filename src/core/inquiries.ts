import type { EndedJob } from './journal.ts';
import type { StoreRefusal } from './outbox.ts';

/** Where the core asks for jobs that it does not have any more; the word comes back to `told` or `failed`. */
export interface Archive {
  find(id: string): void;
}

/** What the store has of an id; of a job that had not ended when it was asked, the core knows more. */
export type Archived = EndedJob | 'open' | null;

export interface Inquirer {
  /** It hands the job in, if there is none: who only asks for it is told after that. */
  readonly submits: boolean;
  told(now: number, ended: EndedJob | null): void;
  failed(now: number, code: StoreRefusal): void;
}

/** Questions about ids on their way to the store: those about one id are asked once. */
export class Inquiries {
  readonly #archive: Archive;
  #open = new Map<string, Inquirer[]>();
  /** A job of that id has ended since: what the store will say, or has said, may be of before. */
  #outdated = new Set<string>();

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  ask(id: string, inquirer: Inquirer): void {
    const others = this.#open.get(id);
    if (others !== undefined) {
      const asks = inquirer.submits ? others.findIndex(({ submits }) => !submits) : -1;
      others.splice(asks < 0 ? others.length : asks, 0, inquirer);
      return;
    }
    this.#open.set(id, [inquirer]);
    this.#archive.find(id);
  }

  /** What was asked has ended since the store looked: it is asked once more. */
  again(id: string): void {
    if (this.#open.has(id)) this.#archive.find(id);
  }

  /** A durable job has ended: the store alone knows of it now. */
  ended(id: string): void {
    if (this.#open.has(id)) this.#outdated.add(id);
  }

  /** Each is told, until one of them has the job come in and end: the others ask once more. */
  told(now: number, id: string, ended: EndedJob | null): void {
    const inquirers = this.#open.get(id) ?? [];
    while (inquirers.length > 0 && !this.#outdated.has(id)) inquirers.shift()!.told(now, ended);
    if (this.#outdated.delete(id)) this.#archive.find(id);
    else this.#open.delete(id);
  }

  /** The store has failed: nothing that was asked will be answered. */
  fail(now: number, code: StoreRefusal): void {
    const all = [...this.#open.values()].flat();
    this.#open.clear();
    this.#outdated.clear();
    for (const inquirer of all) inquirer.failed(now, code);
  }
}

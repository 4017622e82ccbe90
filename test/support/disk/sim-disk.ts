import { dirname } from 'node:path';
import type { Random } from '../random.ts';
import { type DiskEvent, Op } from './recording.ts';
import { SimFile } from './sim-file.ts';

type Entries = Map<string, SimFile>;

/** How a name was changed in a directory: all of one move happen, or none. */
type Move = readonly { readonly name: string; readonly file: SimFile | null }[];

/** The names in a directory: as they are on the disk, and how they were changed since it was flushed. */
class SimDirectory {
  readonly kept: Entries = new Map();
  moves: Move[] = [];

  flush(): void {
    for (const move of this.moves) apply(move, this.kept);
    this.moves = [];
  }

  /** What of it may be there after a cut: the first so many moves, as a journal keeps them, or any of them. */
  afterCut(random: Random): Entries {
    const entries = new Map(this.kept);
    const until = random.below(this.moves.length + 1);
    const isJournal = random.below(4) > 0;
    for (const [i, move] of this.moves.entries())
      if (isJournal ? i < until : random.below(2) === 0) apply(move, entries);
    return entries;
  }
}

function apply(move: Move, entries: Entries): void {
  for (const { name, file } of move) {
    if (file === null) entries.delete(name);
    else entries.set(name, file);
  }
}

/**
 * A disk as the standard promises it and no better: what a process did to its files is fed in, and after any of it the
 * power may be cut. Kept is what was flushed; of all else any part may be there.
 */
export class SimDisk {
  readonly #directories = new Map<string, SimDirectory>();
  /** As the process sees it. */
  readonly #seen: Entries = new Map();
  readonly #open = new Map<string, SimFile | SimDirectory>();

  /** A disk on which a directory is, with its files. */
  constructor(root: string, files: ReadonlyMap<string, Buffer> = new Map()) {
    this.#directories.set(root, new SimDirectory());
    for (const [name, bytes] of files) {
      const dir = dirname(name);
      if (dir !== root && !this.#directories.has(dir)) this.#mkdir(dir, true);
      const file = new SimFile(bytes);
      this.#seen.set(name, file);
      this.#directories.get(dir)!.kept.set(name, file);
    }
  }

  /** Whether anything has not been flushed. */
  get isDirty(): boolean {
    for (const { moves } of this.#directories.values()) if (moves.length > 0) return true;
    for (const file of this.#seen.values()) if (file.isDirty) return true;
    return false;
  }

  /** What the process reads there, or undefined. */
  seen(name: string): Buffer | undefined {
    return this.#seen.get(name)?.bytes;
  }

  feed(event: DiskEvent): void {
    const [path, to] = event.paths as [string, string];
    switch (event.op) {
      case Op.OPEN:
        this.#opened(path, event);
        return;
      case Op.CLOSE:
        this.#open.delete(event.handle);
        return;
      case Op.WRITE:
        this.#file(event)?.write(event.offset, event.bytes);
        return;
      case Op.TRUNCATE:
        this.#file(event)?.truncate(event.offset);
        return;
      case Op.FLUSH:
        this.#open.get(event.handle)?.flush();
        return;
      case Op.FLUSH_FAILED:
        this.#file(event)?.lose();
        return;
      case Op.UNLINK:
        this.#move({ name: path, file: null });
        return;
      case Op.RENAME: {
        const file = this.#seen.get(path)!;
        // Two names of one file stay as they are.
        if (this.#seen.get(to) !== file) this.#move({ name: to, file }, { name: path, file: null });
        return;
      }
      case Op.LINK:
        this.#move({ name: to, file: this.#seen.get(path)! });
        return;
      case Op.MKDIR:
        this.#mkdir(path, false);
    }
  }

  /** What may be there when the power is cut now. */
  cut(random: Random): Map<string, Buffer> {
    const image = new Map<string, Buffer>();
    // A file may have two names.
    const contents = new Map<SimFile, Buffer>();
    const contentOf = (file: SimFile) => {
      if (!contents.has(file)) contents.set(file, file.afterCut(random));
      return contents.get(file)!;
    };
    for (const [dir, directory] of this.#directories) {
      if (!this.#isThere(dir, random)) continue;
      for (const [name, file] of directory.afterCut(random))
        if (!this.#directories.has(name)) image.set(name, contentOf(file));
    }
    return image;
  }

  /** A directory that nobody has flushed into the one above may be gone with all that is in it. */
  #isThere(dir: string, random: Random): boolean {
    const above = this.#directories.get(dirname(dir));
    return above === undefined || above.kept.has(dir) || random.below(2) === 0;
  }

  #mkdir(path: string, isKept: boolean): void {
    this.#directories.set(path, new SimDirectory());
    const above = this.#directories.get(dirname(path));
    if (above === undefined) return;
    above.moves.push([{ name: path, file: new SimFile(Buffer.alloc(0)) }]);
    if (isKept) above.flush();
  }

  #opened(path: string, { handle, creates, cuts }: DiskEvent): void {
    const directory = this.#directories.get(path);
    if (directory !== undefined) {
      this.#open.set(handle, directory);
      return;
    }
    let file = this.#seen.get(path);
    if (file === undefined) {
      if (!creates || path.endsWith('-shm')) {
        this.#open.delete(handle);
        return;
      }
      file = new SimFile(Buffer.alloc(0));
      this.#move({ name: path, file });
    } else if (cuts) file.truncate(0);
    this.#open.set(handle, file);
  }

  #file({ handle }: DiskEvent): SimFile | null {
    const file = this.#open.get(handle);
    return file instanceof SimFile ? file : null;
  }

  #move(...move: Move): void {
    if (move.every(({ name, file }) => file === null && !this.#seen.has(name))) return;
    apply(move, this.#seen);
    this.#directories.get(dirname(move[0]!.name))?.moves.push(move);
  }
}

import type { Job } from './job.ts';

const SLAB_BYTES = 64 * 1024;
/** A body that is longer keeps the frame it came in if that holds little else, and is moved alone otherwise. */
const MOVED_BYTES_MAX = 16 * 1024;
/** Bodies that stay longer than this leave the frame they came in. */
const SETTLE_MS = 100;
const LOOP_COPY_BYTES = 32;
const NO_BYTES = new Uint8Array(0);
const NO_JOBS: Job[] = [];

/** A stretch of bytes that bodies point into: the frame they came in, or one that they share when they stay. */
export class Slab {
  bytes: Uint8Array;
  readonly bornAt: number;
  /** Bytes of bodies in it that are still needed, and how many bodies. */
  aliveBytes = 0;
  alive = 0;
  used = 0;
  readonly shared: boolean;
  queued = false;
  jobs: Job[] = NO_JOBS;

  constructor(bytes: Uint8Array, bornAt: number, shared: boolean) {
    this.bytes = bytes;
    this.bornAt = bornAt;
    this.shared = shared;
  }
}

/** Where empty bodies are. */
export const NOTHING = new Slab(NO_BYTES, 0, false);

/**
 * Where the bytes of bodies and kept answers are. They arrive in frames that hold many; a frame lives as long as one
 * of them does, so those that stay are moved together into shared slabs, and slabs that are
 * mostly empty are emptied into fresh ones.
 */
export class Slabs {
  /** Bytes of all bodies and kept answers. */
  heldBytes = 0;
  #frames: Slab[] = [];
  #framesAt = 0;
  #sparse: Slab[] = [];
  /** Frames that nobody has bytes in, though more may be taken from them in this turn. */
  #emptied: Slab[] = [];
  #current = NOTHING;

  /** The slab of a frame that has just come in. */
  frame(now: number, bytes: Uint8Array): Slab {
    const slab = new Slab(bytes, now, false);
    this.#frames.push(slab);
    return slab;
  }

  /** `job`'s bytes are these from now on; those it had are released. */
  hold(job: Job, slab: Slab, offset: number, length: number): void {
    if (job.slab !== NOTHING) this.release(job);
    if (length === 0) return;
    this.heldBytes += length;
    point(job, slab, offset, length);
  }

  /** `job` needs its bytes no more. */
  release(job: Job): void {
    const slab = job.slab;
    if (slab === NOTHING) return;
    this.heldBytes -= job.length;
    this.#leave(slab, job.length);
    job.slab = NOTHING;
    job.offset = 0;
    job.length = 0;
  }

  /** The turn is over: frames that nobody has bytes in are let go. */
  endTurn(): void {
    const emptied = this.#emptied;
    if (emptied.length === 0) return;
    for (let i = 0; i < emptied.length; i++)
      if (emptied[i]!.alive === 0) emptied[i]!.bytes = NO_BYTES;
    emptied.length = 0;
  }

  /** Moves what has stayed in its frame for long, and what sits in slabs that are mostly empty. */
  settle(now: number): void {
    let at = this.#framesAt;
    const frames = this.#frames;
    while (
      at < frames.length &&
      (frames[at]!.alive === 0 || frames[at]!.bornAt + SETTLE_MS <= now)
    ) {
      this.#empty(now, frames[at]!);
      at++;
    }
    this.#framesAt = at;
    if (at > 1024 || at === frames.length) {
      this.#frames = at === frames.length ? [] : frames.slice(at);
      this.#framesAt = 0;
    }
    for (let slab = this.#sparse.pop(); slab !== undefined; slab = this.#sparse.pop()) {
      this.#empty(now, slab);
    }
  }

  /** When `settle` has something to do, or Infinity. */
  next(): number {
    const first = this.#frames[this.#framesAt];
    return first === undefined ? Number.POSITIVE_INFINITY : first.bornAt + SETTLE_MS;
  }

  #empty(now: number, slab: Slab): void {
    if (slab.alive === 0) return;
    const jobs = slab.jobs;
    for (let i = 0; i < jobs.length; i++) {
      const job = jobs[i]!;
      if (job.slab !== slab) continue;
      if (job.length <= MOVED_BYTES_MAX || job.length * 2 < slab.bytes.length) this.#move(now, job);
    }
  }

  #move(now: number, job: Job): void {
    const from = job.slab;
    const { offset, length } = job;
    const to = length > MOVED_BYTES_MAX ? alone(now, length) : this.#room(now, length);
    const at = to.used;
    copy(from.bytes, offset, to.bytes, at, length);
    to.used = at + length;
    point(job, to, at, length);
    this.#leave(from, length);
  }

  #room(now: number, length: number): Slab {
    if (this.#current.used + length > this.#current.bytes.length) {
      const full = this.#current;
      this.#current = new Slab(new Uint8Array(SLAB_BYTES), now, true);
      this.#current.jobs = [];
      this.#notice(full);
    }
    return this.#current;
  }

  #leave(slab: Slab, length: number): void {
    slab.aliveBytes -= length;
    slab.alive--;
    if (slab.alive === 0) {
      slab.jobs = NO_JOBS;
      if (slab === this.#current) this.#current = NOTHING;
      if (slab.shared) slab.bytes = NO_BYTES;
      else this.#emptied.push(slab);
    } else {
      this.#notice(slab);
    }
  }

  #notice(slab: Slab): void {
    if (!slab.shared || slab.queued || slab === this.#current) return;
    if (slab.alive === 0 || slab.aliveBytes * 4 >= slab.bytes.length) return;
    slab.queued = true;
    this.#sparse.push(slab);
  }
}

/** Room for one body. */
function alone(now: number, length: number): Slab {
  return new Slab(new Uint8Array(length), now, false);
}

function point(job: Job, slab: Slab, offset: number, length: number): void {
  job.slab = slab;
  job.offset = offset;
  job.length = length;
  slab.alive++;
  slab.aliveBytes += length;
  if (slab.jobs === NO_JOBS) slab.jobs = [job];
  else slab.jobs.push(job);
}

function copy(from: Uint8Array, offset: number, to: Uint8Array, at: number, length: number): void {
  if (length > LOOP_COPY_BYTES) to.set(from.subarray(offset, offset + length), at);
  else for (let i = 0; i < length; i++) to[at + i] = from[offset + i]!;
}

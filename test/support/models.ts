import { Calls } from '../../src/core/calls.ts';
import type { Client } from '../../src/core/client.ts';
import { Deadlines, Due } from '../../src/core/deadlines.ts';
import { Job } from '../../src/core/job.ts';
import type { Keep } from '../../src/core/keep.ts';
import { KeepsById } from '../../src/core/keeps-by-id.ts';
import { Slabs } from '../../src/core/slab.ts';
import { Type } from '../../src/core/type.ts';
import { Random } from './random.ts';

const client = { instance: 'c' } as Client;
const type = new Type('A');

class Planned extends Due {
  readonly at: number;

  constructor(at: number) {
    super();
    this.at = at;
  }
}

/** Deadlines beside a plain list of them; throws where the two differ. */
export class DeadlinesModel {
  readonly #deadlines = new Deadlines<Planned>();
  #planned: Planned[] = [];
  #now = 0;

  /** Time passes, something is planned, and perhaps the `remove`-th of what is planned is not due any more. */
  step(wait: number, durationMs: number, remove: number | null): void {
    this.#now += wait;
    this.#takeAll();
    const due = new Planned(this.#now + rounded(durationMs));
    this.#deadlines.add(this.#now, due, durationMs);
    this.#planned.push(due);
    const removed = remove === null ? undefined : this.#planned[remove];
    if (removed !== undefined) {
      this.#planned.splice(remove!, 1);
      this.#deadlines.remove(removed);
      this.#deadlines.remove(removed);
    }
    const first = Math.min(Number.POSITIVE_INFINITY, ...this.#planned.map(({ at }) => at));
    expect('next', this.#deadlines.next(), first);
    expect('size', this.#deadlines.size, this.#planned.length);
  }

  #takeAll(): void {
    const expected = this.#planned.filter(({ at }) => at <= this.#now).sort((x, y) => x.at - y.at);
    for (const one of expected) expect('taken', this.#deadlines.take(this.#now)?.at, one.at);
    expect('nothing more', this.#deadlines.take(this.#now), null);
    this.#planned = this.#planned.filter(({ at }) => at > this.#now);
  }
}

/** At most 1/256 more, and never less. */
function rounded(durationMs: number): number {
  if (durationMs < 256) return durationMs;
  const step = 2 ** (Math.floor(Math.log2(durationMs)) - 7);
  return Math.ceil(durationMs / step) * step;
}

/** A window of calls beside a map of them. */
export class CallsModel {
  readonly #calls = new Calls();
  readonly #model = new Map<number, Job>();
  readonly #first: number;
  #call: number;

  constructor(first: number) {
    this.#first = first;
    this.#call = first;
  }

  /** A call is added `skip` behind the last one, and perhaps the `leave`-th oldest is taken out. */
  step(skip: number, leave: number | null): void {
    this.#call += skip;
    const job = new Job(client, this.#call, type, 0, 0);
    this.#calls.add(job);
    this.#model.set(job.call, job);
    const gone = leave === null ? undefined : [...this.#model.values()][leave];
    if (gone === undefined) return;
    this.#model.delete(gone.call);
    this.#calls.delete(gone);
  }

  finish(): void {
    expect('size', this.#calls.size, this.#model.size);
    expect('all', new Set(this.#calls.all()).size, this.#model.size);
    for (let call = this.#first; call <= this.#call; call++)
      expect(`call ${call}`, this.#calls.get(call), this.#model.get(call));
  }
}

/** Kept jobs by their ids beside a plain map of them, from a seed. */
export class KeepsModel {
  readonly #random: Random;
  readonly #byId: KeepsById;
  readonly #model = new Map<string, Keep>();

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#byId = new KeepsById(seed);
  }

  /** One of 8,000 ids comes, with this probability, or goes. */
  step(comes: number): void {
    const id = `order-${this.#random.below(8000)}`;
    const keep = this.#model.get(id);
    expect(id, this.#byId.get(id), keep ?? null);
    if (this.#random.below(100) < 100 * comes) {
      if (keep === undefined) this.#add(id);
    } else if (keep !== undefined) {
      this.#model.delete(id);
      this.#byId.delete(keep);
      this.#byId.delete(keep);
    }
  }

  finish(): void {
    expect('all', new Set(this.#byId.all()).size, this.#model.size);
    for (const [id, keep] of this.#model) expect(id, this.#byId.get(id), keep);
  }

  #add(id: string): void {
    const keep = { kept: { id } } as Keep;
    this.#model.set(id, keep);
    this.#byId.add(keep);
  }
}

/** Bodies whose every byte is known. */
export class SlabsModel {
  readonly slabs = new Slabs();
  #jobs: Job[] = [];
  #now = 0;
  #number = 0;

  /** A frame with bodies of these sizes comes in, and some of those that are there are needed no more. */
  step(wait: number, sizes: readonly number[], drop: readonly number[]): void {
    this.#now += wait;
    this.#frame(sizes);
    for (const at of drop) if (this.#jobs[at] !== undefined) this.slabs.release(this.#jobs[at]);
    this.#jobs = this.#jobs.filter((_, at) => !drop.includes(at));
    if (this.slabs.next() <= this.#now) this.slabs.settle(this.#now);
    this.slabs.endTurn();
    for (const job of this.#jobs) expect('a body', isWhole(job), true);
    const held = this.#jobs.reduce((sum, { length }) => sum + length, 0);
    expect('heldBytes', this.slabs.heldBytes, held);
  }

  /** Bytes of all the slabs that bodies are in. */
  get memory(): number {
    const slabs = new Set(this.#jobs.map(({ slab }) => slab));
    return [...slabs].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  finish(): void {
    for (const job of this.#jobs) this.slabs.release(job);
    expect('heldBytes', this.slabs.heldBytes, 0);
  }

  #frame(sizes: readonly number[]): void {
    const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
    const frame = this.slabs.frame(this.#now, bytes);
    let at = 0;
    for (const size of sizes) {
      const job = new Job(client, this.#number++ % 251, type, 0, 0);
      bytes.fill(job.call, at, at + size);
      this.slabs.hold(job, frame, at, size);
      at += size;
      this.#jobs.push(job);
    }
  }
}

function isWhole({ slab, offset, length, call }: Job): boolean {
  const body = slab.bytes.subarray(offset, offset + length);
  return body.length === length && body.every((byte) => byte === call);
}

function expect(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`);
}

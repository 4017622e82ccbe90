/** Deliveries that a channel remembers for who was away for a moment, and their bytes. */
const REMEMBERED_MAX = 1000;
const REMEMBERED_BYTES_MAX = 256 * 1024;

/** Whom something that is published is for: all, these alone, or all but these. Names are those of subscriptions. */
export interface Audience {
  readonly only: readonly string[] | null;
  readonly but: readonly string[] | null;
}

/** What is given to the subscribers of a channel. */
export interface Delivery extends Audience {
  /** Rises within the channel, also across restarts. */
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** It reveals a record: it leaves when that is durable. */
  readonly durable: boolean;
}

/** Somebody's place in a channel. */
export abstract class Subscription {
  /** What publishers call it; several may have the same. */
  name: string;
  /** The part of the channel that it is in. */
  part = 0;
  /** The number of the last delivery to it, or behind which it began. */
  last = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Whether something can be delivered to it now. */
  abstract readonly isHere: boolean;
  /** `prev` is the number of the delivery before this one. The bytes are valid during the call only. */
  protected abstract deliver(delivery: Delivery, prev: number): void;

  /** Whether it has been delivered: one delivery of a number, and none out of order. */
  take(delivery: Delivery): boolean {
    if (!this.isHere || delivery.seq <= this.last) return false;
    this.deliver(delivery, this.last);
    this.last = delivery.seq;
    return true;
  }
}

/**
 * A channel gives what is published in it to its subscribers: each sees it in order. A delivery says which came before it
 * to the same subscriber, so that a gap is seen; what was delivered last is remembered for who has missed it.
 */
export class Channel {
  readonly name: string;
  /** The number of what was published last. */
  seq: number;
  /** Everything behind this number is still remembered. */
  #rememberedFrom: number;
  /** What was forgotten because its record may be lost. */
  #doubtful = 0;
  readonly #subscriptions = new Set<Subscription>();
  readonly #byName = new Map<string, Set<Subscription>>();
  readonly #parts: Set<Subscription>[] = [];
  readonly #partMax: number;
  /** The part whose publications of the present number are remembered: the first; the others say the same. */
  #rememberedPart = -1;
  #remembered: Delivery[] = [];
  #rememberedBytes = 0;

  /** `seq` is higher than any number in an earlier life of the channel; a part has at most `partMax` subscriptions. */
  constructor(name: string, seq: number, partMax = Number.POSITIVE_INFINITY) {
    this.name = name;
    this.seq = this.#rememberedFrom = seq;
    this.#partMax = partMax;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  get parts(): readonly ReadonlySet<Subscription>[] {
    return this.#parts;
  }

  get all(): ReadonlySet<Subscription> {
    return this.#subscriptions;
  }

  /** It is given what is published from now on. */
  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription);
    this.#name(subscription);
    const free = this.#parts.findIndex((part) => part.size < this.#partMax);
    subscription.part = free < 0 ? this.#parts.length : free;
    if (free < 0) this.#parts.push(new Set());
    this.#parts[subscription.part]!.add(subscription);
    subscription.last = this.seq;
  }

  remove(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription)) return;
    this.#unname(subscription);
    this.#parts[subscription.part]!.delete(subscription);
    while (this.#parts.at(-1)?.size === 0) this.#parts.pop();
  }

  /** What was for it, or not for it, stays so. */
  rename(subscription: Subscription, name: string): void {
    const was = subscription.name;
    const renamed = (each: string) => (each === was ? name : each);
    this.#remembered = this.#remembered.map((delivery) => {
      const { only, but } = delivery;
      if (!only?.includes(was) && !but?.includes(was)) return delivery;
      return { ...delivery, only: only?.map(renamed) ?? null, but: but?.map(renamed) ?? null };
    });
    this.#unname(subscription);
    subscription.name = name;
    if (this.#subscriptions.has(subscription)) this.#name(subscription);
  }

  named(name: string): ReadonlySet<Subscription> | undefined {
    return this.#byName.get(name);
  }

  /** Gives it to those it is for, in one part or in all of them; to how many that was. */
  publish(delivery: Delivery, part = -1): number {
    if (delivery.seq > this.seq) {
      this.seq = delivery.seq;
      this.#rememberedPart = part;
    }
    if (delivery.seq === this.seq && part === this.#rememberedPart) this.#remember(delivery);
    let count = 0;
    const but = delivery.but === null ? null : new Set(delivery.but);
    for (const subscription of this.#candidates(delivery, part)) {
      if (but?.has(subscription.name)) continue;
      if (part >= 0 && subscription.part !== part) continue;
      if (subscription.take(delivery)) count++;
    }
    return count;
  }

  /** Whether all that followed `since` is remembered; a number that is not reached yet is one of another life. */
  hasAll(since: number): boolean {
    return since >= this.#rememberedFrom && since >= this.#doubtful && since <= this.seq;
  }

  /** Delivers anew what followed `since`, as far as it is remembered. */
  replay(subscription: Subscription, since: number): void {
    subscription.last = Math.max(since, this.#rememberedFrom);
    for (const delivery of this.#remembered) {
      if (delivery.seq > since && isFor(delivery, subscription)) subscription.take(delivery);
    }
  }

  /** What was published under this number has no durable record: it is given to nobody any more. */
  forget(seq: number): void {
    const at = this.#remembered.findIndex((delivery) => delivery.seq === seq);
    if (at >= 0) this.#rememberedBytes -= this.#remembered.splice(at, 1)[0]!.length;
    this.#doubtful = Math.max(this.#doubtful, seq);
  }

  #candidates({ only }: Delivery, part: number): Iterable<Subscription> {
    if (only !== null) return only.flatMap((name) => [...(this.#byName.get(name) ?? [])]);
    return part < 0 ? this.#subscriptions : (this.#parts[part] ?? []);
  }

  #remember(delivery: Delivery): void {
    const { seq, only, but, offset, length, durable } = delivery;
    // A Buffer's own `slice` would keep all that it is a piece of.
    const bytes = Uint8Array.prototype.slice.call(delivery.bytes, offset, offset + length);
    this.#remembered.push({ seq, only, but, bytes, offset: 0, length, durable });
    this.#rememberedBytes += length;
    if (this.#remembered.length <= REMEMBERED_MAX && this.#rememberedBytes <= REMEMBERED_BYTES_MAX)
      return;
    // Half of it at once: taking the first out of a long array moves all others.
    for (const old of this.#remembered.splice(0, Math.ceil(this.#remembered.length / 2))) {
      this.#rememberedBytes -= old.length;
      this.#rememberedFrom = old.seq;
    }
  }

  #name(subscription: Subscription): void {
    const others = this.#byName.get(subscription.name);
    if (others === undefined) this.#byName.set(subscription.name, new Set([subscription]));
    else others.add(subscription);
  }

  #unname(subscription: Subscription): void {
    const all = this.#byName.get(subscription.name);
    all?.delete(subscription);
    if (all?.size === 0) this.#byName.delete(subscription.name);
  }
}

function isFor({ only, but }: Audience, { name }: Subscription): boolean {
  if (only !== null) return only.includes(name);
  return but === null || !but.includes(name);
}

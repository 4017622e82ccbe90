import { LatidoError } from '../errors.ts';
import { encodeOptions, type Item, textItem, u64Item } from '../wire/items.ts';
import { Tag } from '../wire/verbs.ts';
import { ChannelDelivery } from './channel-delivery.ts';

/** Who is told what comes of a subscription. */
export interface Ear {
  delivered(delivery: ChannelDelivery): void;
  /** Nothing more comes: because of an error, or because that was wanted. */
  ended(error: LatidoError | null): void;
}

/** A client's place in a channel, through all its sessions. */
export class Listener {
  readonly channel: string;
  /** What publishers call it; empty for the instance of its client. */
  readonly as: string;
  /** Resolves when the broker has taken the subscription for the first time. */
  readonly stood: Promise<void>;
  /** Its call. */
  number = 0;
  /** It was said in a session before. */
  repeats = false;
  readonly #ear: Ear;
  /** The number of the last delivery, or behind which they begin; null until that is known. */
  #last: number | null = null;
  /** What its last SUBSCRIBE said of that. */
  #said = 0;
  #missed = false;
  #isOver = false;
  #resolve!: () => void;
  #reject!: (error: LatidoError) => void;

  constructor(channel: string, as: string, ear: Ear) {
    this.channel = channel;
    this.as = as;
    this.#ear = ear;
    this.stood = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The broker has taken it at least once. */
  get stands(): boolean {
    return this.#last !== null;
  }

  /** The options of its SUBSCRIBE. */
  options(): Uint8Array {
    const items: Item[] = [textItem(Tag.CHANNEL, this.channel)];
    if (this.as !== '') items.push(textItem(Tag.NAME, this.as));
    this.#said = this.#last ?? 0;
    if (this.#last !== null) items.push(u64Item(Tag.SINCE, this.#last));
    return encodeOptions(items);
  }

  /** Deliveries follow behind this number: lower than what was asked for, when the channel has begun anew. */
  accepted(since: number, missed: boolean): void {
    if (missed) this.#missed = true;
    if (this.#last === null || since < this.#said) this.#last = since;
    this.#resolve();
  }

  /** What it has had already is passed over. */
  deliver(seq: number, prev: number, bytes: Uint8Array, at: number, length: number): void {
    const last = this.#last;
    if (last === null || seq <= last || this.#isOver) return;
    const missed = this.#missed || prev > last;
    this.#last = seq;
    this.#missed = false;
    this.#ear.delivered(new ChannelDelivery(seq, missed, bytes, at, length));
  }

  /** It is over; before the broker has taken it, without an error too, its maker hears CLOSED. */
  end(error: LatidoError | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reject(error ?? new LatidoError('CLOSED'));
    this.#ear.ended(error);
  }
}

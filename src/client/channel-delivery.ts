/** What was published in a channel, as a subscriber is given it. */
export class ChannelDelivery {
  /** Rises within the channel, also across restarts of the broker. */
  readonly seq: number;
  /** Something that was to come before it is lost, or may be: the subscriber was away, or did not take what came, for too long. */
  missed: boolean;
  #source: Uint8Array;
  #at: number;
  readonly #length: number;

  constructor(seq: number, missed: boolean, source: Uint8Array, at: number, length: number) {
    this.seq = seq;
    this.missed = missed;
    this.#source = source;
    this.#at = at;
    this.#length = length;
  }

  /** Bytes of the body. */
  get length(): number {
    return this.#length;
  }

  /** The bytes, yours to keep. */
  get body(): Uint8Array {
    if (this.#length < this.#source.length) {
      // They came in a batch with others: keeping a view would keep them all.
      this.#source = Buffer.from(this.#view());
      this.#at = 0;
    }
    return this.#source;
  }

  text(): string {
    return this.#view().toString();
  }

  json(): unknown {
    return JSON.parse(this.text());
  }

  #view(): Buffer {
    return Buffer.from(this.#source.buffer, this.#source.byteOffset + this.#at, this.#length);
  }
}

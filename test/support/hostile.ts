import { Batch, NO_SESSION, type Session } from '../../src/wire/batch.ts';
import { encodeOptions, type Item, textItem, u32Item } from '../../src/wire/items.ts';
import { isNative, Reader } from '../../src/wire/reader.ts';
import { Tag, Verb } from '../../src/wire/verbs.ts';
import { HostileMajordomo } from './hostile-majordomo.ts';
import { blockOf, publication } from './publishing.ts';
import type { Random } from './random.ts';

/** The broker's ports. */
export type Side = 'frontend' | 'backend' | 'ppp';

const NAMES = ['H', 'I', 'J', 'K', 'L', ' x', '', '\0', 'x'.repeat(64), 'x'.repeat(65)];
const WORDS = [
  '',
  'H',
  'READY',
  '0.5',
  '-1',
  '1e999',
  '1.2.3',
  'MDPC01',
  'MDPW02',
  'x'.repeat(300),
];
const HEARD_MAX = 20;
/** Something in each of the channels that are named above, if they can be. */
const PUBLISHED = blockOf(...['H', 'I', 'J', ' x'].map((name) => publication(name, 'said')));

/** Verbs that belong there, the more frequent the deeper they lead, among all others. */
const VERBS: Record<Exclude<Side, 'ppp'>, readonly number[]> = {
  frontend: [
    ...[Verb.HELLO, Verb.TYPE, Verb.TYPE, Verb.SUBMIT, Verb.SUBMIT, Verb.SUBMIT, Verb.CANCEL],
    ...[Verb.RESUMED, Verb.BYE, Verb.SUBSCRIBE],
  ],
  backend: [
    ...[Verb.READY, Verb.RESUMED, Verb.RESUMED, Verb.ANSWER, Verb.ANSWER, Verb.PART, Verb.OFFER],
    ...[Verb.REPORT, Verb.REPORT, Verb.LEAVE, Verb.RETURN, Verb.BYE],
  ],
};

/**
 * A peer that means no good: it knows the protocol, and what it was told, and says things that are nearly right, from
 * any dialect. It serves and submits only types of its own.
 */
export class Hostile {
  readonly #random: Random;
  readonly #side: Exclude<Side, 'ppp'>;
  /** What it speaks above all; null for the native dialect. */
  readonly #majordomo: HostileMajordomo | null;
  #session: Session = NO_SESSION;
  #epoch = 7;
  #tokens: (readonly [a: number, b: number])[] = [];
  #heard: Uint8Array[][] = [];

  constructor(random: Random, side: Side) {
    this.#random = random;
    this.#side = side === 'ppp' ? 'backend' : side;
    const isPirate = side === 'ppp';
    const isNative = !isPirate && random.below(3) > 0;
    this.#majordomo = isNative ? null : new HostileMajordomo(random, isPirate);
  }

  /** What the broker said to it. */
  hear(frames: Uint8Array[]): void {
    this.#heard.push(frames);
    if (this.#heard.length > HEARD_MAX) this.#heard.shift();
    this.#majordomo?.hear(frames);
    if (!isNative(frames[0])) return;
    const reader = new Reader(frames);
    this.#session = { low: reader.sessionLow, high: reader.sessionHigh };
    while (reader.next()) {
      if (reader.verb === Verb.WELCOME) this.#epoch = reader.a;
      if (reader.verb === Verb.DISPATCH) this.#tokens.push([reader.a, reader.b]);
    }
    this.#tokens = this.#tokens.slice(-HEARD_MAX);
  }

  /** Something to say. */
  message(): Uint8Array[] {
    const random = this.#random;
    const kind = random.below(this.#majordomo === null ? 12 : 40);
    if (kind === 0) return this.#noise();
    if (kind === 1) return this.#words();
    if (kind === 2) return this.#classic();
    if (kind === 3 && this.#heard.length > 0) return random.pick(this.#heard);
    if (this.#majordomo !== null) return this.#majordomo.message();
    return this.#spoilt(this.#batch());
  }

  #noise(): Uint8Array[] {
    const random = this.#random;
    const length = random.pick([1, 1, 2, 3, 5, 50]);
    return Array.from({ length }, () => random.bytes(random.pick([0, 0, 1, 5, 6, 16, 17, 300])));
  }

  #words(): Uint8Array[] {
    const random = this.#random;
    const length = random.below(7);
    return [Buffer.alloc(0), ...Array.from({ length }, () => Buffer.from(random.pick(WORDS)))];
  }

  #classic(): Uint8Array[] {
    const random = this.#random;
    const name = random.pick(NAMES);
    if (this.#side === 'frontend')
      return ['', name, 'x'.repeat(random.pick([0, 5, 6000]))].map(text);
    return ['', '', '', 'READY', name || 'H', random.pick(WORDS)].map(text);
  }

  #batch(): Uint8Array[] {
    const random = this.#random;
    const batch = new Batch();
    if (this.#session === NO_SESSION && random.below(8) > 0) {
      this.#record(batch, this.#side === 'frontend' ? Verb.HELLO : Verb.READY);
    }
    for (let records = random.below(6); records >= 0; records--) this.#record(batch, this.#verb());
    const { low, high } = this.#session;
    const session = random.below(8) > 0 ? { low, high } : { low: this.#number(), high };
    return batch.take(session, this.#number())[0]!;
  }

  #verb(): number {
    const random = this.#random;
    return random.below(8) > 0 ? random.pick(VERBS[this.#side]) : random.below(40);
  }

  #record(batch: Batch, verb: number): void {
    const random = this.#random;
    const items = this.#items(verb);
    const flags = random.pick([0, 0, 0, 4, 8, 12, 16, 32, 48, random.below(256)]) & ~3;
    const token = random.below(4) > 0 ? random.pick(this.#tokens) : undefined;
    const capacity = random.pick([1, 2, 4, this.#number()]);
    const [a, b] =
      verb === Verb.READY ? [capacity, 0] : (token ?? [this.#number(), this.#number()]);
    batch.begin(verb, flags | (items.length > 0 ? 1 : 0), random.below(4), a, b);
    if (verb === Verb.OFFER) batch.raw(this.#offer());
    if (items.length > 0) batch.raw(encodeOptions(items));
    if (verb === Verb.TYPE) write(batch, Buffer.from(random.pick(NAMES)));
    else if (verb === Verb.ANSWER && items.length > 0) write(batch, PUBLISHED);
    else if (random.below(2) > 0) {
      write(batch, Buffer.alloc(random.pick([0, 1, 10, 100, 6000, 20_000])));
    }
  }

  #items(verb: number): Item[] {
    const random = this.#random;
    if (verb === Verb.SUBMIT && random.below(3) === 0) {
      const expires = Buffer.from([random.below(256), 0, 0, random.pick([0, 255])]);
      return [
        [Tag.PRIORITY, random.bytes(1)],
        [Tag.EXPIRES, expires],
      ];
    }
    if (verb === Verb.SUBSCRIBE) return this.#subscription();
    if (verb === Verb.ANSWER && random.below(3) === 0)
      return [u32Item(Tag.PUBLISHED, random.pick([PUBLISHED.length, 0, this.#number()]))];
    if (verb !== Verb.HELLO && verb !== Verb.READY) return [];
    const items: Item[] = [
      [Tag.INSTANCE, Buffer.alloc(random.pick([16, 16, 16, 15]), random.below(4))],
    ];
    if (random.below(3) === 0) items.push([Tag.NAME, random.bytes(random.below(100))]);
    if (verb === Verb.HELLO) return items;
    for (let types = random.below(3); types >= 0; types--) {
      items.push([Tag.TYPE, Buffer.from(random.pick(NAMES))]);
    }
    items.push([Tag.HOST, Buffer.from('nowhere')], [Tag.PID, random.bytes(random.pick([4, 4, 3]))]);
    return items;
  }

  #subscription(): Item[] {
    const random = this.#random;
    const items: Item[] = [textItem(Tag.CHANNEL, random.pick(NAMES))];
    if (random.below(3) === 0) items.push([Tag.NAME, random.bytes(random.below(100))]);
    if (random.below(3) === 0) items.push([Tag.SINCE, random.bytes(random.pick([8, 8, 7]))]);
    return items;
  }

  #offer(): Uint8Array {
    const random = this.#random;
    const fixed = Buffer.alloc(28);
    fixed.writeUInt32LE(random.pick([this.#epoch, 7]), 0);
    fixed.writeUInt32LE(random.below(5), 4);
    fixed.fill(random.below(4), 8, 24);
    return fixed;
  }

  /** A message with something wrong in it, most of the time. */
  #spoilt([batch, ...bodies]: Uint8Array[]): Uint8Array[] {
    const random = this.#random;
    const bytes = Buffer.from(batch!);
    const how = random.below(8);
    if (how === 0) return [bytes.subarray(0, random.below(bytes.length + 1)), ...bodies];
    if (how === 1) {
      for (let n = random.below(4); n >= 0; n--)
        bytes[random.below(bytes.length)] = random.below(256);
    }
    if (how === 2) return [bytes, ...bodies.slice(1)];
    if (how === 3) return [Buffer.concat([bytes, random.bytes(random.below(40))]), ...bodies];
    return [bytes, ...bodies];
  }

  #number(): number {
    const random = this.#random;
    return random.pick([0, 0, 1, 1, 2, 3, random.below(10), random.below(2 ** 32), 0xffffffff]);
  }
}

function write(batch: Batch, body: Uint8Array): void {
  batch.body(body, 0, body.length);
}

function text(words: string): Buffer {
  return Buffer.from(words);
}

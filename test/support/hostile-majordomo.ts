import type { Random } from './random.ts';

const HEADS: readonly (readonly string[])[] = [
  ['', 'MDPC01'],
  ['MDPC02'],
  ['', 'MDPC02'],
  ['', 'MDPW01'],
  ['MDPW02'],
  ['', 'MDPW02'],
];
const BROKERS_OWN = ['titanic.request', 'titanic.reply', 'titanic.close', 'mmi.service', 'mmi.x'];
const SERVICES = ['H', 'H', 'H', 'H', 'I', 'I', 'J', 'K', ' x', '', 'x'.repeat(65)];
const BODIES = [
  '',
  'x',
  'x',
  'LTF\x01',
  'LTF\x01\x01\0\0\0x',
  'LTF\x01\xff\0\0\0',
  'x'.repeat(6000),
];
const HEARD_MAX = 20;

/**
 * A Majordomo client or worker that means no good, or a Paranoid Pirate: it remembers the addresses and UUIDs that it was told, and says
 * things that are nearly right.
 */
export class HostileMajordomo {
  readonly #random: Random;
  readonly #isPirate: boolean;
  readonly #head: readonly string[];
  #heard: string[] = [];

  constructor(random: Random, isPirate: boolean) {
    this.#random = random;
    this.#isPirate = isPirate;
    this.#head = random.pick(HEADS);
  }

  hear(frames: Uint8Array[]): void {
    for (const frame of frames) {
      const text = Buffer.from(frame).toString('latin1');
      if (/^(?:\w+\.\w+\.\w+|[0-9a-f]{32})$/.test(text)) this.#heard.push(text);
    }
    this.#heard = this.#heard.slice(-HEARD_MAX);
  }

  message(): Uint8Array[] {
    const random = this.#random;
    const frames = this.#isPirate ? this.#pirate() : this.#majordomo();
    const how = random.below(20);
    if (how === 0) frames.splice(random.below(frames.length + 1), 1);
    else if (how === 1) frames.splice(random.below(frames.length + 1), 0, random.pick(BODIES));
    else if (how === 2) frames.length = random.below(frames.length + 1);
    else if (how === 3) frames.push(...Array<string>(random.below(1000)).fill(''));
    return frames.map((frame) => Buffer.from(frame, 'latin1'));
  }

  #pirate(): string[] {
    const random = this.#random;
    if (random.below(2) === 0) return [random.pick(['\x01', '\x02', '\x02', '\x03', ''])];
    return [this.#known(), '', random.pick(BODIES)];
  }

  #majordomo(): string[] {
    const random = this.#random;
    const head = random.below(12) > 0 ? this.#head : random.pick(HEADS);
    const name = head.at(-1)!;
    if (name.startsWith('MDPW')) return [...head, ...this.#worker()];
    return [
      ...head,
      ...(name === 'MDPC02' ? [random.pick(['\x01', '\x01', '\x01', '\x02'])] : []),
      ...this.#client(),
    ];
  }

  #worker(): string[] {
    const random = this.#random;
    const command = random.pick([1, 1, 2, 3, 3, 3, 4, 4, 4, 5, 6, 7]);
    const number = String.fromCharCode(command);
    if (command === 1) return [number, random.pick([...SERVICES, ...SERVICES, ...BROKERS_OWN])];
    if (command === 3 || command === 4) return [number, this.#known(), '', ...this.#bodies()];
    return [number];
  }

  #client(): string[] {
    const random = this.#random;
    if (random.below(2) === 0) return [random.pick(SERVICES), ...this.#bodies()];
    const service = random.pick(BROKERS_OWN);
    const isRequest = service === 'titanic.request';
    return [service, isRequest ? random.pick(SERVICES) : this.#known(), ...this.#bodies()];
  }

  #bodies(): string[] {
    const random = this.#random;
    return Array.from({ length: random.below(4) }, () => random.pick(BODIES));
  }

  /** An address or a UUID, most of the time one that it was told, the latest above all. */
  #known(): string {
    const random = this.#random;
    const made = random.pick(['', '1.2.3', '7.0.1', 'F'.repeat(32), '0'.repeat(32)]);
    const how = random.below(4);
    if (how === 0) return made;
    return (how === 1 ? random.pick([...this.#heard, made]) : this.#heard.at(-1)) ?? made;
  }
}

import type { WorkerEvent } from '../../../src/core/outbox.ts';
import type { Worker } from '../../../src/core/worker.ts';
import { Verb } from '../../../src/wire/verbs.ts';
import type { ChatWorld } from './chat-world.ts';
import type { Link } from './link.ts';
import type { Onlooker } from './scene.ts';
import { recordsIn } from './wire-tap.ts';

const CHAT = new Set<number>([Verb.CHAT]);

/** Listens on the wires of the chat for the story of a world; what is judged is what people say and are shown. */
export class ChatWitness implements Onlooker {
  readonly #world: ChatWorld;

  constructor(world: ChatWorld) {
    this.#world = world;
  }

  beforeBroker(link: Link, frames: Uint8Array[]): void {
    this.#tell(link, frames, 'orders');
  }

  fromBroker(link: Link, frames: Uint8Array[]): void {
    this.#tell(link, frames, 'is told');
  }

  watched({ instance }: Worker, event: WorkerEvent): void {
    this.#world.trace(() => `broker: ${this.#world.nameOf(instance)} ${event}`);
  }

  brokerDied(): void {
    this.#world.judge.brokerDied();
  }

  storeFailed(): void {
    this.#world.trace(() => 'the store has failed');
  }

  afterBroker(): void {}
  endTurn(): void {}
  lost(): void {}
  isRightlyGone(): void {}

  #tell(link: Link, frames: Uint8Array[], what: string): void {
    if (this.#world.lines === null || link.side === 1) return;
    const { name } = this.#world.peerOf(link)!;
    const words =
      link.side === 2
        ? frames.map((frame) => Buffer.from(frame).toString())
        : recordsIn(frames, CHAT).map(({ body }) => body);
    for (const word of words) this.#world.trace(() => `${name} ${what} ${word.slice(0, 400)}`);
  }
}

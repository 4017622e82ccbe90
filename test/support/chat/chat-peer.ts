import type { Client } from '../../../src/core/client.ts';
import { ClientRecorder } from '../recorder.ts';
import type { ChatWorld } from './chat-world.ts';

/** Words on their way to one connection: those that reveal a record wait until that is durable. */
class Line extends ClientRecorder {
  readonly out: string[] = [];
  readonly durables: string[] = [];
  /** The broker has asked its peer to begin again. */
  isOver = false;

  override again(): void {
    this.isOver = true;
  }

  override chat(word: Uint8Array, durable = false): void {
    (durable ? this.durables : this.out).push(new TextDecoder().decode(word));
  }
}

/** Somebody with a connection to the chat. Orders arrive in the broker's next turn, words when its turn ends. */
export class ChatPeer {
  readonly name: string;
  client: Client | null = null;
  readonly world: ChatWorld;
  readonly orders: string[] = [];
  #line: Line | null = null;

  constructor(world: ChatWorld, name: string) {
    this.world = world;
    this.name = name;
    world.peers.push(this);
  }

  get isConnected(): boolean {
    return this.#line !== null;
  }

  /** A connection begins: in the place of the last one, of whose end the broker has not heard, if there is one. */
  connect(): void {
    const { broker } = this.world;
    this.#line = new Line(this.name, []);
    this.orders.length = 0;
    this.client = broker.hello(this.name, this.name, 'native', this.#line);
    this.opened();
  }

  /** The connection ends: what is on its way is lost. */
  cut(): void {
    const isKnown = this.#line !== null && this.client?.outbox === this.#line;
    this.lost();
    if (isKnown) this.world.broker.clientAway(this.world.now, this.client!);
  }

  /** The connection is gone, and no broker knows of it. */
  lost(): void {
    this.#line = null;
    this.orders.length = 0;
    this.closed();
  }

  /** Does not come back. */
  gone(): void {
    this.lost();
    this.world.broker.clientGone(this.world.now, this.client!);
  }

  send(order: string): void {
    this.orders.push(order);
  }

  /** Orders arrive. True if there were some. */
  arrive(): boolean {
    const orders = this.orders.splice(0);
    for (const order of orders) {
      this.world.broker.state.company.ordered(this.world.now, this.client!, order);
    }
    return orders.length > 0;
  }

  /** What may leave does: the words that wait for nothing, and with `durable` the others behind them. True if there were some. */
  flush(durable: boolean): boolean {
    const line = this.#line;
    if (line === null) return false;
    const words = line.out.splice(0);
    if (durable) words.push(...line.durables.splice(0));
    for (const word of words) if (this.#line === line) this.heard(word);
    if (!line.isOver || this.#line !== line) return words.length > 0;
    this.lost();
    this.connect();
    return true;
  }

  /** The store has failed: whose words are thrown away is to begin again. */
  failed(): void {
    if (this.#line === null || this.#line.durables.length === 0) return;
    this.lost();
    this.connect();
  }

  protected opened(): void {}
  protected closed(): void {}
  protected heard(_word: string): void {}
}

import type { ChatSession } from '../../../src/client/chat/session.ts';
import type { Driven } from '../../../src/wire/dealer.ts';

/** The chat of a page over its WebSocket, driven as `clients/web/link.ts` drives it: what is sent without one is lost. */
export class PageSession implements Driven {
  ended = false;
  #chat: ChatSession | null = null;
  #isConnected = false;
  #out: Uint8Array[][] = [];

  begin(_now: number, chat: ChatSession): void {
    this.#chat = chat;
  }

  order(order: string): void {
    if (this.#isConnected) this.#out.push([Buffer.from(order)]);
  }

  /** The person leaves for good. */
  bye(): void {
    this.#chat!.exit();
    this.ended = true;
  }

  connected(now: number): void {
    this.#isConnected = true;
    this.#chat!.opened(now);
  }

  disconnected(now: number): void {
    this.#isConnected = false;
    this.#out = [];
    this.#chat!.closed(now);
  }

  receive(now: number, frames: Uint8Array[]): void {
    if (this.#isConnected) this.#chat!.receive(now, Buffer.from(frames[0]!).toString());
  }

  take(): Uint8Array[][] {
    return this.#out.splice(0);
  }

  tick(now: number): number {
    return this.#chat!.tick(now);
  }
}

import type { Reader } from '../../wire/reader.ts';
import { Verb } from '../../wire/verbs.ts';
import { ClientSession } from '../session.ts';
import type { ChatSession } from './session.ts';

/** A client's session that carries the chat of one person, too. */
export class TalkingSession extends ClientSession {
  #chat: ChatSession | null = null;
  #isSpent = false;

  /** The chat begins, now or when there is a session. */
  begin(now: number, chat: ChatSession): void {
    this.#chat = chat;
    if (this.isOpen) chat.opened(now);
  }

  /** Sends an order in the open session. */
  order(order: string): void {
    const bytes = Buffer.from(order);
    this.batch.begin(Verb.CHAT, 0, 0, 0, 0);
    this.batch.body(bytes, 0, bytes.length);
  }

  /** The chat is over. */
  hush(): void {
    this.#chat?.exit();
    this.#chat = null;
    if (this.#isSpent) super.retire();
  }

  override tick(now: number): number {
    const next = super.tick(now);
    return this.#chat === null ? next : Math.min(next, this.#chat.tick(now));
  }

  override disconnected(now: number): void {
    super.disconnected(now);
    this.#chat?.closed(now);
  }

  /** The person stays under this instance for as long as the chat lasts. */
  override retire(): void {
    this.#isSpent = true;
    if (this.#chat === null) super.retire();
  }

  override bye(): void {
    this.hush();
    super.bye();
  }

  protected override greet(now: number): void {
    this.#chat?.closed(now);
    super.greet(now);
  }

  protected override welcomed(now: number, reader: Reader): void {
    super.welcomed(now, reader);
    this.#chat?.opened(now);
  }

  protected override record(now: number, reader: Reader): void {
    if (reader.verb !== Verb.CHAT) super.record(now, reader);
    else this.#chat?.receive(now, reader.bodyText());
  }
}

import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { LatidoError } from '../../errors.ts';
import type { Chat, ChatNews, Message } from '../../index.ts';
import { print } from '../print.ts';
import { newsValue, outcomeValue } from './json.ts';
import { jsonLine, type Line, rendered, wantsColor } from './line.ts';
import { newsLines, outcomeLines, ownLines, type Reader } from './lines.ts';
import { Orders, type Outcome } from './orders.ts';
import { readTyped } from './typed.ts';

/** Lines ahead of the broker; no more are read. */
const AHEAD_MAX = 256;
/** The longest that a timer can wait. */
const FOR_EVER_MS = 2 ** 31 - 1;

/** A program that chats: what it writes to stdin is said, or done if it is a command; what happens is on stdout. */
export class Pipe {
  readonly #chat: Chat;
  readonly #orders: Orders;
  readonly #json: boolean;
  readonly #hasColor = wantsColor(process.stdout);
  /** Those that are not delivered yet, with the time at which they were said. */
  readonly #open = new Map<Message, number>();
  #failed = 0;
  #refused!: (error: LatidoError) => void;
  #changed: () => void = () => {};
  readonly #refusal: Promise<never>;

  constructor(open: (onNews: (news: ChatNews) => void) => Chat, json: boolean) {
    this.#json = json;
    this.#refusal = new Promise((_, reject) => {
      this.#refused = reject;
    });
    this.#refusal.catch(() => {});
    this.#chat = open((news) => this.#told(news));
    this.#orders = new Orders(this.#chat);
  }

  /** Goes to the room within the time, says all of stdin, waits so long until it is delivered: the exit code. */
  async run(room: string, kind: string, withinMs: number): Promise<number> {
    const waited = new AbortController();
    const joined = this.#orders.start(room, kind);
    await Promise.race([joined, this.#refusal, tooLate(withinMs, waited.signal)]);
    waited.abort();
    const start = await joined;
    if (start.outcome === 'failed') throw new LatidoError(start.code, start.text);
    this.#done(start);
    await Promise.race([this.#sayAll(), this.#refusal]);
    await Promise.race([this.#delivered(), this.#refusal, sleep(withinMs || FOR_EVER_MS)]);
    return this.#end();
  }

  async #sayAll(): Promise<void> {
    for await (const line of createInterface({ input: process.stdin })) {
      const outcome = await this.#orders.obey(readTyped(line));
      if (outcome.outcome === 'quit') return;
      this.#done(outcome);
      while (this.#waiting() >= AHEAD_MAX) await this.#change();
    }
  }

  async #delivered(): Promise<void> {
    while (this.#open.size > 0) await this.#change();
  }

  #end(): number {
    for (const [message, at] of this.#open) this.#own(message, at);
    const waiting = this.#waiting();
    if (waiting > 0) process.stderr.write(`chat: ${waiting} of what was said was not sent\n`);
    return this.#failed + waiting > 0 ? 1 : 0;
  }

  #done(outcome: Outcome): void {
    if (outcome.outcome === 'message') {
      this.#open.set(outcome.message, Date.now());
      if (outcome.message.state === 'failed') this.#moved(outcome.message);
    }
    if (outcome.outcome === 'failed') this.#failed += 1;
    if (!this.#json) this.#write(outcomeLines(outcome));
    else this.#writeValue(outcomeValue(outcome));
  }

  #told(news: ChatNews): void {
    if (news.news === 'refused') this.#refused(new LatidoError(news.code, news.text));
    if (news.news === 'gone') this.#orders.lost(news.room);
    if (this.#json) this.#writeValue(newsValue(news));
    else this.#write(newsLines(news, this.#reader()));
    if (news.news === 'message') this.#moved(news.message);
  }

  #moved(message: Message): void {
    const at = this.#open.get(message) ?? Date.now();
    if (message.state === 'failed') this.#failed += 1;
    if (message.state === 'failed' || message.state === 'delivered') {
      this.#open.delete(message);
      this.#own(message, at);
    }
    this.#changed();
  }

  #own(message: Message, at: number): void {
    if (!this.#json) this.#write(ownLines(message, at, this.#reader()));
  }

  /** The next change of a message's state. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  #waiting(): number {
    return [...this.#open.keys()].filter(({ state }) => state === 'waiting').length;
  }

  #reader(): Reader {
    const { nick, rooms } = this.#chat;
    return { nick, isInSeveral: rooms.size > 1, now: Date.now() };
  }

  #write(lines: readonly Line[]): void {
    for (const line of lines) void print(`${rendered(line, this.#hasColor)}\n`).catch(() => {});
  }

  #writeValue(value: object | null): void {
    if (value !== null) void print(`${jsonLine(value)}\n`).catch(() => {});
  }
}

/** Rejects when there was no answer in that time; 0 is for ever. */
async function tooLate(withinMs: number, signal: AbortSignal): Promise<never> {
  await sleep(withinMs === 0 ? FOR_EVER_MS : withinMs, undefined, { signal });
  throw new LatidoError('NO_BROKER', `no broker let this person in within ${withinMs} ms`);
}

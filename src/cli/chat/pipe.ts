import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { LatidoError } from '../../errors.ts';
import { type Chat, type ChatNews, type Message, readTyped, type Typed } from '../../index.ts';
import { print } from '../print.ts';
import { newsValue, outcomeValue } from './json.ts';
import { jsonLine, type Line, rendered, wantsColor } from './line.ts';
import { newsLines, outcomeLines, ownLines, type Reader, type Saying } from './lines.ts';
import { Orders, type Outcome } from './orders.ts';

/** Who was faster than one may be tries again after that long. */
const TOO_FAST_MS = 500;
/** The longest that a timer can wait. */
/** What was missed comes at once, in one stretch. */
const QUIET_MS = 500;
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
  #isOver = false;
  /** Null once the person is in. */
  #early: ChatNews[] | null = [];
  #movedAt = 0;
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
    this.#begin();
    await Promise.race([this.#sayAll(), this.#refusal, this.#stuck(withinMs || FOR_EVER_MS)]);
    return this.#end();
  }

  /** What had come before the person was in is told behind that. */
  #begin(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const news of early) this.#told(news);
  }

  /** A line is said when the broker has taken the one before it: so they stay in order, whatever is refused. */
  async #sayAll(): Promise<void> {
    let said = 0;
    for await (const line of createInterface({ input: process.stdin })) {
      const typed = readTyped(line);
      said += 1;
      if (typed.do === 'quit') return;
      let outcome = await this.#taken(typed);
      for (; codeOf(outcome) === 'TOO_FAST'; outcome = await this.#taken(typed)) {
        await sleep(TOO_FAST_MS);
      }
      this.#done(outcome);
    }
    while (this.#open.size > 0) await this.#change();
    if (said === 0) await this.#quiet();
  }

  /** Who says nothing is there for what was missed: that is over when nothing has come for so long. */
  async #quiet(): Promise<void> {
    this.#movedAt = performance.now();
    for (let left = QUIET_MS; left > 0; ) {
      await sleep(left);
      left = this.#movedAt + QUIET_MS - performance.now();
    }
  }

  /** Resolves when stdin is at its end, and nothing has moved since then for so long. */
  async #stuck(withinMs: number): Promise<void> {
    await new Promise((resolve) => process.stdin.once('end', resolve));
    for (let left = withinMs; left > 0; ) {
      await sleep(left);
      left = Math.min(withinMs, this.#movedAt + withinMs - performance.now());
    }
  }

  async #taken(typed: Typed): Promise<Outcome> {
    const outcome = await this.#orders.obey(typed);
    if (outcome.outcome !== 'message') return outcome;
    const { message } = outcome;
    this.#open.set(message, Date.now());
    while (message.state === 'waiting') await this.#change();
    if (message.state !== 'failed') {
      if (this.#json) this.#writeOwn({ message, at: 0, reached: 0 });
      message.done.then(
        ({ to }) => this.#ended(message, to),
        () => this.#ended(message, 0),
      );
      return outcome;
    }
    this.#open.delete(message);
    const code = await message.done.then(
      () => '',
      (error: LatidoError) => error.code,
    );
    return { outcome: 'failed', code, text: message.notice };
  }

  #ended(message: Message, reached: number): void {
    // What is still open at the end has been said to be so.
    if (this.#isOver) return;
    const at = this.#open.get(message) ?? Date.now();
    this.#open.delete(message);
    if (message.state === 'failed') this.#failed += 1;
    this.#writeOwn({ message, at, reached });
    this.#moved();
  }

  #end(): number {
    this.#isOver = true;
    for (const [message, at] of this.#open) this.#writeOwn({ message, at, reached: 0 });
    const isAllSent = [...this.#open.keys()].every(({ state }) => state !== 'waiting');
    if (!isAllSent) process.stderr.write('chat: not all of it was sent, the broker is away\n');
    return this.#failed > 0 || !isAllSent ? 1 : 0;
  }

  #writeOwn(saying: Saying): void {
    if (!this.#json) this.#write(ownLines(saying, this.#reader()));
    else this.#writeValue(newsValue({ news: 'message', message: saying.message }));
  }

  #done(outcome: Outcome): void {
    if (outcome.outcome === 'failed') this.#failed += 1;
    if (this.#json) this.#writeValue(outcomeValue(outcome));
    else this.#write(outcomeLines(outcome));
  }

  #told(news: ChatNews): void {
    if (news.news === 'gone') this.#orders.lost(news.room);
    if (this.#early !== null && news.news === 'said') {
      this.#early.push(news);
      return;
    }
    if (news.news === 'said') this.#movedAt = performance.now();
    if (news.news === 'message') this.#moved();
    else if (news.news === 'refused') this.#refused(new LatidoError(news.code, news.text));
    else if (this.#json) this.#writeValue(newsValue(news));
    else this.#write(newsLines(news, this.#reader()));
  }

  #moved(): void {
    this.#movedAt = performance.now();
    this.#changed();
  }

  /** The next change of a message's state. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
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

function codeOf(outcome: Outcome): string {
  return outcome.outcome === 'failed' ? outcome.code : '';
}

import { type Chat, type ChatNews, readTyped, type Typed } from '../../index.ts';
import { completionsOf } from './complete.ts';
import type { Line } from './line.ts';
import { newsLines, outcomeLines, type Reader } from './lines.ts';
import { Orders, type Outcome } from './orders.ts';
import { Own } from './own.ts';
import { Screen } from './screen.ts';

const HELD_MAX = 5;

/** A person who chats at a terminal. What happens in one pass of the loop is drawn at once, behind it. */
export class Terminal {
  /** Resolves when the person leaves; rejects for a bug. */
  readonly left: Promise<void>;
  readonly #chat: Chat;
  readonly #orders: Orders;
  readonly #screen: Screen;
  readonly #own = new Own();
  /** Texts that wait for an order before them, which may change the room that they are for. */
  readonly #held: string[] = [];
  #tail: Promise<void> = Promise.resolve();
  #lines: Line[] = [];
  #drawing: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wasAway = false;
  #leave!: () => void;
  #fail!: (error: unknown) => void;

  constructor(open: (onNews: (news: ChatNews) => void) => Chat) {
    this.left = new Promise((resolve, reject) => {
      this.#leave = resolve;
      this.#fail = reject;
    });
    this.#chat = open((news) => this.#told(news));
    this.#orders = new Orders(this.#chat);
    this.#screen = new Screen(process.stdin, process.stdout, {
      onLine: (text) => this.#typed(readTyped(text), text),
      onLeave: () => this.#leave(),
      complete: (line) => completionsOf(line, this.#known()),
    });
    this.#draw();
  }

  /** Goes to the room that the program was started for. */
  start(room: string, kind: string): void {
    this.print([['dim', '/help lists what you can do']]);
    this.#inOrder('', () => this.#orders.start(room, kind));
  }

  print(...lines: readonly Line[]): void {
    this.#lines.push(...lines);
    this.#draw();
  }

  /** Gives the terminal back; says what was not sent. */
  close(): void {
    clearImmediate(this.#drawing);
    clearTimeout(this.#timer);
    const lost = this.#own.waiting + this.#held.length;
    const text = lost === 1 ? '1 message was not sent' : `${lost} messages were not sent`;
    const warning: Line[] = lost > 0 ? [[['warning', text]]] : [];
    this.#screen.close([...this.#own.end(this.#reader()), ...this.#lines, ...warning]);
  }

  #typed(typed: Typed, text: string): void {
    if (Orders.keepsOrder(typed)) this.#inOrder(text, () => this.#orders.obey(typed));
    else this.#orders.obey(typed).then((outcome) => this.#done(outcome), this.#fail);
  }

  #inOrder(text: string, act: () => Promise<Outcome>): void {
    this.#held.push(text);
    this.#tail = this.#tail
      .then(() => {
        this.#held.shift();
        return act();
      })
      .then((outcome) => this.#done(outcome))
      .catch(this.#fail);
    this.#draw();
  }

  #done(outcome: Outcome): void {
    if (outcome.outcome === 'quit') this.#leave();
    if (outcome.outcome === 'message') this.#own.add(Date.now(), outcome.message);
    this.print(...outcomeLines(outcome));
  }

  #told(news: ChatNews): void {
    if (news.news === 'gone') this.#orders.lost(news.room);
    if (news.news === 'refused' && news.code === 'NICK_TAKEN') {
      this.print([['warning', `${news.text} (type /nick and another one)`]]);
    } else {
      this.print(...newsLines(news, this.#reader()));
    }
    if (news.news === 'online' && this.#wasAway) this.print([['dim', 'the broker is back']]);
    if (news.news === 'offline') this.#wasAway = true;
    if (news.news === 'online') this.#wasAway = false;
  }

  #draw(): void {
    this.#drawing ??= setImmediate(() => {
      this.#drawing = undefined;
      this.#show();
    });
  }

  #show(): void {
    const reader = this.#reader();
    const lines = [...this.#own.look(reader), ...this.#lines];
    this.#lines = [];
    const { room } = this.#orders;
    const prompt = room === '' ? `${reader.nick}> ` : `${reader.nick}@${room}> `;
    this.#screen.show(lines, [...this.#own.footer(reader), ...this.#heldLines()], prompt);
    this.#lookAgain(reader.now);
  }

  #lookAgain(now: number): void {
    clearTimeout(this.#timer);
    const due = this.#own.due();
    if (due !== null) this.#timer = setTimeout(() => this.#draw(), Math.max(0, due - now));
  }

  #heldLines(): readonly Line[] {
    const texts = this.#held.filter((text) => text !== '');
    return texts.slice(0, HELD_MAX).map((text) => [['dim', `${text} …`]]);
  }

  #reader(): Reader {
    const { nick, rooms } = this.#chat;
    return { nick, isInSeveral: rooms.size > 1, now: Date.now() };
  }

  #known(): Parameters<typeof completionsOf>[1] {
    const { rooms, nick } = this.#chat;
    const nicks = [...rooms.values()].flatMap(({ people }) => people);
    const others = [...new Set(nicks)].filter((one) => one !== nick);
    return { rooms: [...rooms.keys()], nicks: others.sort() };
  }
}

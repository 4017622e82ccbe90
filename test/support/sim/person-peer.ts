import type { RoomView } from '../../../src/chat/words.ts';
import type { Message } from '../../../src/client/chat/message.ts';
import type { ChatNews } from '../../../src/client/chat/news.ts';
import type { RoomState } from '../../../src/client/chat/room.ts';
import { ChatSession } from '../../../src/client/chat/session.ts';
import { ListeningSession } from '../../../src/client/listening.ts';
import type { PlaceKind } from '../chat-case.ts';
import { kindOf } from './chat-plan.ts';
import { ASK, DROP, REPLY } from './chat-worker-peer.ts';
import type { ChatWorld } from './chat-world.ts';
import { PageSession } from './page-session.ts';
import { Peer } from './peer.ts';
import type { Person } from './person.ts';

const ASK_AGAIN_MS = 300;

/** A program that somebody chats with: a terminal over ZeroMQ, or a page. */
export class PersonPeer extends Peer<ChatWorld> {
  readonly instance: Buffer;
  readonly person: Person;
  readonly session: ChatSession;
  /** Orders that somebody waits for. */
  asked = 0;
  protected readonly driven: ListeningSession | PageSession;
  protected override readonly keepsUnsent: boolean;
  /** Whose memory it goes on with, where anything is kept: its own, or that of the page that was loaded before. */
  readonly #memoryOf: string;
  readonly #onEnd: () => void;
  readonly #asking = new Set<string>();
  #said = 0;

  /** `before` is the same page, which is loaded again. */
  constructor(
    world: ChatWorld,
    person: Person,
    life: number,
    before: PersonPeer | null,
    onEnd: () => void,
  ) {
    super(world, `${person.nick}.${life}`, person.isPage ? 2 : 0);
    this.person = person;
    this.#onEnd = onEnd;
    this.#memoryOf = before === null ? this.name : before.#memoryOf;
    this.instance = before?.instance ?? world.chance.bytes(16);
    const { instance, name } = this;
    const { isPage, nick, key } = person;
    this.keepsUnsent = !isPage;
    this.driven = isPage ? new PageSession() : new ListeningSession({ instance, name });
    const wire = { send: (order: string) => this.driven.order(order) };
    const memory = before?.session.memory;
    const who = { nick, key, ...(isPage && { instance: this.id }), ...(memory && { memory }) };
    this.session = new ChatSession(who, wire, (news) => this.#hears(news));
    this.driven.begin(this.clock(), this.session);
    this.connect(0);
  }

  /** It is a page, and was not closed: it can be loaded again. */
  get canReload(): boolean {
    return this.person.isPage && !this.driven.ended;
  }

  /** Goes where it belongs. */
  settleIn(): void {
    const { homes, takes, key } = this.person;
    for (const room of homes) {
      this.join(room);
      if (kindOf(room) === 'queue' && takes) this.take(room, true);
      if (kindOf(room) === 'durable' && key !== '') this.subscribe(room);
    }
  }

  say(): void {
    this.do(() => {
      const room = this.#anyRoom();
      if (room === null) return;
      this.#speak(kindOf(room), room, (text) => this.session.say(room, text));
    });
  }

  msg({ nick }: Person): void {
    this.do(() => this.#speak('private', nick, (text) => this.session.msg(nick, text)));
  }

  join(room: string): void {
    const { judge } = this.world;
    this.#insist(
      room,
      () => this.session.join(room, kindOf(room)),
      (view: RoomView) => {
        if (view.kind === 'transient') judge.owes('transient', view.room, this.person.nick);
      },
    );
  }

  subscribe(room: string): void {
    const { judge } = this.world;
    this.#insist(
      room,
      () => this.session.subscribe(room),
      () => {
        this.person.subscribed.add(room);
        judge.owes('durable', room, this.person.nick);
      },
    );
  }

  take(room: string, on: boolean): void {
    this.#insist(room, () => this.session.take(room, on));
  }

  /** Does something that is not talk. */
  act(): void {
    const { chance, plan } = this.world;
    const room = chance.pick(plan.rooms);
    const isThere = this.session.rooms.has(room);
    const kind = kindOf(room);
    if (!isThere) this.join(room);
    else if (chance.yes(0.2)) this.#insist('', () => this.session.who(room));
    else if (chance.yes(0.1)) this.#insist('', () => this.session.list());
    else if (chance.yes(0.4)) this.#leave(room);
    else if (kind === 'queue') this.take(room, chance.yes(0.5));
    else if (kind === 'durable' && this.person.subscribed.has(room)) this.#unsubscribe(room);
    else if (kind === 'durable' && this.person.key !== '') this.subscribe(room);
  }

  /** Leaves for good, with a goodbye. */
  close(): void {
    this.do(() => {
      this.#over();
      this.driven.bye();
      this.wake();
    });
  }

  override die(): void {
    this.#over();
    super.die();
  }

  protected ended(): void {
    this.die();
    this.#onEnd();
  }

  /** Promises may have been kept: who waits goes on before anything else happens. */
  protected override afterInput(): void {
    if (this.asked > 0) this.world.stir();
    super.afterInput();
  }

  #leave(room: string): void {
    this.#insist(room, () => {
      this.world.judge.owesNoMore('transient', room, this.person.nick);
      return this.session.leave(room);
    });
  }

  #unsubscribe(room: string): void {
    const { nick, subscribed } = this.person;
    this.#insist(room, () => {
      subscribed.delete(room);
      this.world.judge.owesNoMore('durable', room, nick);
      return this.session.unsubscribe(room);
    });
  }

  #over(): void {
    const { judge, plan } = this.world;
    judge.died(this.name);
    for (const room of plan.rooms) judge.owesNoMore('transient', room, this.person.nick);
  }

  #speak(kind: PlaceKind, place: string, say: (text: string) => void): void {
    const text = this.#newText(kind);
    const { nick: by } = this.person;
    this.world.trace(() => `${this.name} says ${text.slice(0, 40)} to ${place}`);
    this.world.judge.says({ text, by, life: this.name, n: this.#said, place, kind });
    if (text.endsWith(DROP)) this.world.judge.dropped(text);
    say(text);
    this.wake();
  }

  /** Asks until it is granted, one thing of a room after the other. */
  #insist<T>(room: string, ask: () => Promise<T>, then: (value: T) => void = () => {}): void {
    this.asked++;
    const later = (something: () => void) =>
      this.world.timeline.after(ASK_AGAIN_MS, () => this.do(something));
    const begin = () => {
      if (room !== '' && this.#asking.has(room)) later(begin);
      else {
        this.#asking.add(room);
        attempt();
      }
    };
    const end = () => {
      this.asked--;
      this.#asking.delete(room);
    };
    const attempt = () => {
      if (this.driven.ended) return;
      ask().then(
        (value) => {
          end();
          if (!this.isDead) then(value);
        },
        ({ code }) => {
          this.world.trace(() => `${this.name}: ${code}`);
          if (code === 'TOO_FAST') later(attempt);
          else end();
        },
      );
      this.wake();
    };
    this.do(begin);
  }

  #newText(kind: PlaceKind): string {
    const { chance } = this.world;
    const padding = chance.yes(0.02) ? ` ${'x'.repeat(3500)}` : '';
    const text = `${this.name}/${++this.#said}${padding}`;
    if (chance.yes(0.05)) return text + DROP;
    return this.world.plan.isKept && kind !== 'transient' && chance.yes(0.05) ? text + ASK : text;
  }

  #anyRoom(): string | null {
    const { chance, plan } = this.world;
    // Where all is to be spread evenly, those who take do not give.
    const isMute = plan.isCalm && this.person.takes;
    const rooms = [...this.session.rooms.keys()].filter(
      (room) => !isMute || kindOf(room) !== 'queue',
    );
    return rooms.length === 0 ? null : chance.pick(rooms);
  }

  #hears(news: ChatNews): void {
    const { judge, timeline } = this.world;
    if (this.isDead) return;
    if (news.news === 'said') this.#sees(news);
    else if (news.news === 'message') this.#hearsOf(news.message);
    else this.world.trace(() => `${this.name} hears ${JSON.stringify(news).slice(0, 300)}`);
    const { nick } = this.person;
    if (news.news === 'missed') judge.missed(this.#kindOf(news.room), news.room || nick, nick);
    else if (news.news === 'gone') judge.owesNoMore('transient', news.room, nick);
    else if (news.news === 'refused')
      timeline.after(ASK_AGAIN_MS, () => this.#insist('', () => this.session.rename(nick)));
    else if (news.news === 'offline') this.#isAway();
    else if (news.news === 'online') this.#isThere(news.rooms);
  }

  /** Where it may be away for longer than it is waited for, nothing that is not kept waits for it. */
  #isAway(): void {
    const { judge, plan } = this.world;
    if (plan.isSteady) return;
    for (const room of plan.rooms) judge.owesNoMore('transient', room, this.person.nick);
  }

  #isThere(rooms: readonly RoomState[]): void {
    const { judge } = this.world;
    const { nick } = this.person;
    this.world.cameOnline(this.person);
    // Of one that it is leaving it wants nothing more.
    for (const { room, kind } of rooms)
      if (kind === 'transient' && !this.#asking.has(room)) judge.owes('transient', room, nick);
  }

  #sees({ room, seq, said }: Extract<ChatNews, { news: 'said' }>): void {
    const { judge } = this.world;
    const { nick: person } = this.person;
    const { text, bot } = said;
    this.world.trace(() => `${this.name} is shown ${text.slice(0, 40)} in '${room}' as ${seq}`);
    const kind = this.#kindOf(room);
    if (bot === true) judge.replies(text, text.slice(REPLY.length), kind, room || person);
    const life = kind === 'transient' || !this.world.plan.isKept ? this.name : this.#memoryOf;
    judge.shown({ person, life }, kind, room || person, seq, text);
  }

  #hearsOf({ text, state, seq, notice }: Message): void {
    const { judge } = this.world;
    this.world.trace(() => `${this.name} hears of ${text.slice(0, 40)}: ${state} ${seq} ${notice}`);
    if (state === 'sent') judge.sent(text, seq);
    else if (state === 'delivered') judge.ended(text, state);
    else if (!this.driven.ended) judge.ended(text, notice);
  }

  #kindOf(room: string): PlaceKind {
    return room === '' ? 'private' : kindOf(room);
  }
}

import {
  type ChatNews,
  ChatSession,
  type Delivery,
  type Message,
  type Person,
  type RoomKind,
  type RoomLine,
} from '../../src/web.ts';
import { Conversation, type KeptConversation, keyOfPerson, keyOfRoom } from './conversation.ts';
import type { Entry, OwnEntry, Tone } from './entry.ts';
import type { Stay } from './identity.ts';
import type { Link } from './link.ts';
import { isSameNick } from './text-view.ts';

/** More people than this come and go without a line for each. */
const NAMED_MAX = 20;

/** What the page shows of the chat besides its conversations. */
export interface ChatViews {
  /** Something has changed that is shown beside the messages: it is drawn anew at the end of this turn. */
  changed(): void;
  /** The broker took the person, or did not. */
  entered(): void;
  refused(code: string, text: string): void;
  /** The broker is going down. */
  closing(): void;
  began(conversation: Conversation): void;
  /** Another conversation is looked at. */
  turned(shown: Conversation): void;
}

/** Who is in the chat, where, and what is said there: turns news into lines of conversations. */
export class ChatApp {
  readonly session: ChatSession;
  /** In the order in which they began. */
  readonly conversations = new Map<string, Conversation>();
  /** All rooms that the broker told of the last time. */
  lines: readonly RoomLine[] = [];
  /** What is looked at; null before there is any. */
  shown: Conversation | null = null;
  readonly #link: Link;
  readonly #views: ChatViews;
  /** Draws a message of one's own anew; each until its end. */
  readonly #own = new Map<Message, () => void>();

  constructor(person: Person, link: Link, views: ChatViews) {
    this.#link = link;
    this.#views = views;
    this.session = new ChatSession(person, link, (news) => this.#heard(news));
  }

  /** Puts back the conversations of before the page was loaded again. */
  restore(kept: readonly KeptConversation[], shown: string): void {
    for (const each of kept) {
      this.#conversation(each.key, each.title).restore(each, this.session.nick);
    }
    const conversation = this.conversations.get(shown);
    if (conversation !== undefined) this.show(conversation);
  }

  /** What is needed to go on after a reload. */
  stay(): Omit<Stay, 'instance'> {
    const { nick, memory } = this.session;
    const conversations = [...this.conversations.values()].map((each) => each.kept());
    return { nick, memory, conversations, shown: this.shown?.key ?? '' };
  }

  /** Asks the session for something; what goes wrong is said as a line. */
  async ask<T>(does: (session: ChatSession) => Promise<T>): Promise<T | null> {
    const asked = does(this.session);
    this.#link.touch();
    try {
      return await asked;
    } catch (error) {
      this.note((error as Error).message, 'warning');
      return null;
    } finally {
      this.#views.changed();
    }
  }

  async join(room?: string, kind?: RoomKind): Promise<void> {
    const view = await this.ask((session) => session.join(room, kind));
    if (view !== null) this.show(this.#roomOf(view.room));
  }

  async leave(room: string): Promise<void> {
    await this.ask((session) => session.leave(room));
    if (!this.session.rooms.has(room)) this.#drop(keyOfRoom(room));
  }

  /** Says a text in the conversation that is looked at. */
  say(text: string): void {
    const { shown } = this;
    if (shown === null) return;
    if (shown.isPrivate) this.tell(shown.title, text);
    else this.#said(shown, this.session.say(shown.title, text));
  }

  /** Says it to one person. */
  tell(to: string, text: string): void {
    const conversation = this.withPerson(to);
    this.#said(conversation, this.session.msg(conversation.title, text));
    this.show(conversation);
  }

  /** The conversation with one person. */
  withPerson(nick: string): Conversation {
    return this.#conversation(keyOfPerson(nick), nick);
  }

  /** Looks at another conversation. */
  show(conversation: Conversation): void {
    this.shown?.log.hide();
    this.shown = conversation;
    conversation.log.show();
    conversation.looked();
    this.#views.turned(conversation);
    this.#views.changed();
  }

  /** Closes a private conversation. */
  close(conversation: Conversation): void {
    this.#drop(conversation.key);
  }

  /** A line that the page says itself, where somebody is looking. */
  note(text: string, tone: Tone): void {
    if (this.shown !== null) this.#add(this.shown, { kind: 'note', at: Date.now(), text, tone });
  }

  async refreshLines(): Promise<void> {
    const asked = this.session.list();
    this.#link.touch();
    this.lines = await asked.catch(() => this.lines);
    this.#views.changed();
  }

  /** Whether the person is looking at the newest of it. */
  isLookedAt(conversation: Conversation): boolean {
    return conversation === this.shown && !document.hidden && conversation.log.isAtEnd;
  }

  #heard(news: ChatNews): void {
    switch (news.news) {
      case 'said':
        this.#add(this.#placeOf(news.room, news.said.from), {
          kind: 'said',
          at: news.said.at,
          said: news.said,
        });
        break;
      case 'message':
        this.#changed(news.message);
        break;
      case 'people':
        this.#moved(news.room, news.came, news.went, news.count);
        break;
      case 'renamed':
        this.#renamed(news.room, news.was, news.is);
        break;
      case 'missed':
        this.#event(news.room, 'Some of what was said here is not remembered any more.');
        break;
      case 'notice':
        this.note(news.text, 'warning');
        break;
      case 'gone':
        this.#roomOf(news.room);
        this.#event(news.room, 'You are not in this room any more. Join it to come back.');
        break;
      case 'online':
        for (const room of news.rooms) this.#roomOf(room.room);
        this.#turned();
        this.#views.entered();
        break;
      case 'offline':
        this.#turned();
        break;
      case 'refused':
        this.#views.refused(news.code, news.text);
        break;
      case 'closing':
        this.#views.closing();
    }
    this.#views.changed();
  }

  #said(conversation: Conversation, message: Message): void {
    const from = this.session.nick;
    const entry: OwnEntry = { kind: 'own', at: Date.now(), message, from, reached: 0 };
    this.#own.set(message, () => conversation.log.changed(entry, this.session.online));
    this.#add(conversation, entry);
    this.#link.touch();
    const delivered = ({ to }: Delivery) => {
      entry.reached = to;
      conversation.log.changed(entry, this.session.online);
    };
    message.done.then(delivered, () => {});
  }

  #changed(message: Message): void {
    this.#own.get(message)?.();
    if (message.state === 'delivered' || message.state === 'failed') this.#own.delete(message);
  }

  #turned(): void {
    for (const { log } of this.conversations.values()) log.turned(this.session.online);
  }

  #moved(room: string, came: readonly string[], went: readonly string[], count: number): void {
    if (count > NAMED_MAX) return;
    const others = came.filter((nick) => !isSameNick(nick, this.session.nick));
    if (others.length > 0) this.#event(room, `${listed(others)} came`);
    if (went.length > 0) this.#event(room, `${listed(went)} left`);
  }

  #renamed(room: string, was: string, is: string): void {
    this.#event(room, `${was} is called ${is} now`);
    const known = this.conversations.get(keyOfPerson(was));
    if (known !== undefined) this.#add(known, eventOf(`${was} is called ${is} now`));
  }

  #event(room: string, text: string): void {
    const conversation = this.conversations.get(keyOfRoom(room));
    if (conversation !== undefined) this.#add(conversation, eventOf(text));
    else this.note(text, 'event');
  }

  #add(conversation: Conversation, entry: Entry): void {
    const { nick, online } = this.session;
    conversation.add(entry, nick, online, this.isLookedAt(conversation));
    this.#views.changed();
  }

  #placeOf(room: string, from: string): Conversation {
    return room === '' ? this.withPerson(from) : this.#roomOf(room);
  }

  #roomOf(room: string): Conversation {
    const conversation = this.#conversation(keyOfRoom(room), room);
    conversation.room = this.session.rooms.get(room) ?? null;
    return conversation;
  }

  #conversation(key: string, title: string): Conversation {
    const known = this.conversations.get(key);
    if (known !== undefined) return known;
    const begun = new Conversation(key, title, () => this.#views.changed());
    this.conversations.set(key, begun);
    this.#views.began(begun);
    return begun;
  }

  #drop(key: string): void {
    const dropped = this.conversations.get(key);
    if (dropped === undefined) return;
    this.conversations.delete(key);
    dropped.log.element.remove();
    const [next] = this.conversations.values();
    if (this.shown !== dropped) return;
    this.shown = null;
    if (next !== undefined) this.show(next);
    this.#views.changed();
  }
}

function eventOf(text: string): Entry {
  return { kind: 'note', at: Date.now(), text, tone: 'event' };
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en').format(names);
}
